package io.weft.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GossipCodecTest {
  private final GossipCodec codec = new GossipCodec();

  @Property
  void whatIsWrittenIsReadTheSame(@ForAll long seed) {
    byte[] bytes = codec.encode(Items.envelope(new Random(seed)));
    assertThat(codec.decode(bytes))
        .isInstanceOfSatisfying(
            Decoded.Message.class, m -> assertThat(codec.encode(m.envelope())).isEqualTo(bytes));
  }

  @Property
  void randomBytesAreAResultAndNeverAnException(@ForAll byte[] bytes) {
    assertThat(codec.decode(bytes)).isNotNull();
    byte[] framed = new byte[bytes.length + GossipCodec.HEADER_BYTES];
    System.arraycopy(new byte[] {'W', 'G', 1, 1, 1}, 0, framed, 0, GossipCodec.HEADER_BYTES);
    System.arraycopy(bytes, 0, framed, GossipCodec.HEADER_BYTES, bytes.length);
    assertThat(codec.decode(framed)).isNotNull();
  }

  @Property
  void mutatedAndTruncatedMessagesAreAResultAndNeverAnException(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = codec.encode(Items.envelope(random));
    for (int i = 0; i < 20; i++) {
      byte[] bad =
          java.util.Arrays.copyOf(
              bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
      for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      assertThat(codec.decode(bad)).isNotNull();
    }
  }

  @Property
  void theSizesAreTheTruth(@ForAll long seed) {
    Envelope e = Items.envelope(new Random(seed));
    int sum = codec.sizeOf(e.sender(), e.body());
    for (MemberItem m : e.members()) {
      sum += GossipCodec.framed(codec.encode(m).length);
    }
    for (OwnerDelta d : e.deltas()) {
      sum += GossipCodec.framed(codec.encode(d).length);
    }
    assertThat(codec.encode(e)).hasSize(sum);
  }

  /** The oracle is what protobuf itself makes of gossip.proto. */
  @Property
  void itWritesWhatProtobufWrites(@ForAll long seed) {
    Envelope e = Items.envelope(new Random(seed));
    assertThat(
            Arrays.copyOfRange(codec.encode(e), GossipCodec.HEADER_BYTES, codec.encode(e).length))
        .isEqualTo(ToProto.envelope(e).toByteArray());
  }

  @Property
  void whatItReadsProtobufReadsToo(@ForAll long seed) throws InvalidProtocolBufferException {
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = codec.encode(Items.envelope(random));
      for (int flips = random.nextInt(3); flips > 0; flips--) {
        bytes[GossipCodec.HEADER_BYTES + random.nextInt(bytes.length - GossipCodec.HEADER_BYTES)] =
            (byte) random.nextInt();
      }
      if (codec.decode(bytes) instanceof Decoded.Message m) {
        io.weft.gossip.wire.proto.Envelope theirs =
            io.weft.gossip.wire.proto.Envelope.parseFrom(
                Arrays.copyOfRange(bytes, GossipCodec.HEADER_BYTES, bytes.length));
        assertThat(m.envelope().members()).hasSize(theirs.getMembersCount());
        assertThat(m.envelope().deltas()).hasSize(theirs.getDeltasCount());
        byte[] again = codec.encode(m.envelope());
        assertThat(codec.decode(again))
            .isInstanceOfSatisfying(
                Decoded.Message.class,
                a -> assertThat(codec.encode(a.envelope())).isEqualTo(again));
      }
    }
  }

  @Property
  void whoSpeaksIsReadAlikeInPartAndInWhole(@ForAll long seed) {
    Envelope e = Items.envelope(new Random(seed));
    assertThat(GossipCodec.sender(codec.encode(e))).isEqualTo(e.sender().id());
  }

  @Test
  void eachFaultOfTheHeaderHasItsCause() {
    byte[] good = codec.encode(Items.envelope(new Random(1)));
    assertThat(codec.decode(new byte[4])).isEqualTo(new Decoded.Malformed(Decoded.Cause.TOO_SHORT));
    byte[] magic = good.clone();
    magic[1] = 'X';
    assertThat(codec.decode(magic)).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_MAGIC));
    byte[] version = good.clone();
    version[2] = 9;
    assertThat(codec.decode(version)).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_VERSION));
    assertThat(codec.decode(new byte[] {'W', 'G', 1, 1, 1, 0x7f}))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_PROTOBUF));
    assertThat(codec.decode(new byte[] {'W', 'G', 1, 1, 1}))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
  }

  @Property
  void mergeIsCommutativeAssociativeAndIdempotentINVMEM4(@ForAll long seed) {
    Random random = new Random(seed);
    MemberItem a = bare(random);
    MemberItem b = bare(random);
    MemberItem c = bare(random);
    assertThat(MemberItem.merge(a, b)).isEqualTo(MemberItem.merge(b, a));
    assertThat(MemberItem.merge(a, MemberItem.merge(b, c)))
        .isEqualTo(MemberItem.merge(MemberItem.merge(a, b), c));
    assertThat(MemberItem.merge(a, a)).isEqualTo(a);
  }

  /** Without the accuser, who does not count. */
  private static MemberItem bare(Random random) {
    MemberItem item = Items.member(random, Items.id(1));
    return item.with(item.state(), null);
  }
}
