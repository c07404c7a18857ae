package io.weft.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.wire.proto.Ack;
import io.weft.gossip.wire.proto.Envelope;
import io.weft.gossip.wire.proto.Ping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Pings and answers are what protobuf's generated classes write and read. */
class ProbingTest {
  private final GossipCodec codec = new GossipCodec();

  private static byte[] message(byte[] envelope) {
    byte[] header =
        new GossipCodec()
            .encode(new io.weft.gossip.wire.Envelope(null, new Body.News(), List.of(), List.of()));
    return ByteBuffer.allocate(GossipCodec.HEADER_BYTES + envelope.length)
        .put(header, 0, GossipCodec.HEADER_BYTES)
        .put(envelope)
        .array();
  }

  private byte[] written(Body body) {
    return codec.encode(null, List.of(), List.of(), List.of(), body);
  }

  private @Nullable Body read(byte[] envelope) {
    return switch (codec.decode(message(envelope))) {
      case Decoded.Message m -> m.envelope().body();
      case Decoded.Malformed m -> null;
    };
  }

  /** 0 and numbers of any length. */
  private static long number(Random random) {
    return random.nextInt(4) == 0 ? 0 : random.nextLong() >>> random.nextInt(64);
  }

  @Property
  void theyAreWrittenAsTheGeneratedClassesDo(@ForAll long seed) {
    Random random = new Random(seed);
    long sequence = number(random);
    long target = number(random);
    byte[] told = new byte[random.nextInt(20)];
    random.nextBytes(told);
    ByteString coordinate = ByteString.copyFrom(told);
    Ping ping = Ping.newBuilder().setSequence(sequence).setTarget(target).build();
    Ack ack = Ack.newBuilder().setSequence(sequence).setCoordinate(coordinate).build();
    assertThat(written(new Body.Ping(sequence, target)))
        .isEqualTo(message(Envelope.newBuilder().setPing(ping).build().toByteArray()));
    assertThat(written(new Body.Ack(sequence, coordinate)))
        .isEqualTo(message(Envelope.newBuilder().setAck(ack).build().toByteArray()));
  }

  @Property(tries = 20_000)
  void anyBytesAreReadAsTheGeneratedClassesDo(@ForAll long seed) {
    Random random = new Random(seed);
    boolean ping = random.nextBoolean();
    byte[] content = content(random);
    int cut = random.nextInt(8) == 0 ? random.nextInt(4) : 0; // its length says more than there is
    int field = ping ? Envelope.PING_FIELD_NUMBER : Envelope.ACK_FIELD_NUMBER;
    byte[] envelope =
        ByteBuffer.allocate(2 + content.length)
            .put((byte) (field << 3 | 2))
            .put((byte) (content.length + cut))
            .put(content)
            .array();
    assertThat(read(envelope)).isEqualTo(generated(envelope, ping));
  }

  /** Fields of these messages and others, some of them spoilt. */
  private static byte[] content(Random random) {
    ByteString.Output out = ByteString.newOutput();
    for (int fields = random.nextInt(5); fields > 0; fields--) {
      out.write(random.nextInt(4) << 3 | random.nextInt(6));
      int bytes = random.nextInt(10);
      out.write(bytes);
      for (; bytes > 0; bytes--) {
        out.write(random.nextInt(256));
      }
    }
    return out.toByteString().toByteArray();
  }

  private static @Nullable Body generated(byte[] envelope, boolean ping) {
    try {
      Envelope read = Envelope.parseFrom(envelope);
      return ping
          ? new Body.Ping(read.getPing().getSequence(), read.getPing().getTarget())
          : new Body.Ack(read.getAck().getSequence(), read.getAck().getCoordinate());
    } catch (IOException e) {
      return null;
    }
  }
}
