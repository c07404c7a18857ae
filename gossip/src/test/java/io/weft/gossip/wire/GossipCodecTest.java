package io.weft.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GossipCodecTest {

  @Property
  void whatIsWrittenIsReadTheSame(@ForAll long seed) {
    byte[] bytes = GossipCodec.encode(Items.envelope(new Random(seed)));
    assertThat(GossipCodec.decode(bytes))
        .isInstanceOfSatisfying(
            Decoded.Message.class,
            m -> assertThat(GossipCodec.encode(m.envelope())).isEqualTo(bytes));
  }

  @Property
  void randomBytesAreAResultAndNeverAnException(@ForAll byte[] bytes) {
    assertThat(GossipCodec.decode(bytes)).isNotNull();
    byte[] framed = new byte[bytes.length + GossipCodec.HEADER_BYTES];
    System.arraycopy(new byte[] {'W', 'G', 1, 1, 1}, 0, framed, 0, GossipCodec.HEADER_BYTES);
    System.arraycopy(bytes, 0, framed, GossipCodec.HEADER_BYTES, bytes.length);
    assertThat(GossipCodec.decode(framed)).isNotNull();
  }

  @Property
  void mutatedAndTruncatedMessagesAreAResultAndNeverAnException(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = GossipCodec.encode(Items.envelope(random));
    for (int i = 0; i < 20; i++) {
      byte[] bad =
          java.util.Arrays.copyOf(
              bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
      for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      assertThat(GossipCodec.decode(bad)).isNotNull();
    }
  }

  @Property
  void theSizesAreNeverBelowTheTruth(@ForAll long seed) {
    Envelope e = Items.envelope(new Random(seed));
    int sum = GossipCodec.sizeOf(e.sender(), e.body());
    for (MemberItem m : e.members()) {
      sum += GossipCodec.sizeOf(m);
    }
    for (OwnerDelta d : e.deltas()) {
      sum += GossipCodec.sizeOf(d);
    }
    assertThat(GossipCodec.encode(e).length).isLessThanOrEqualTo(sum);
  }

  @Test
  void eachFaultOfTheHeaderHasItsCause() {
    byte[] good = GossipCodec.encode(Items.envelope(new Random(1)));
    assertThat(GossipCodec.decode(new byte[4]))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.TOO_SHORT));
    byte[] magic = good.clone();
    magic[1] = 'X';
    assertThat(GossipCodec.decode(magic)).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_MAGIC));
    byte[] version = good.clone();
    version[2] = 9;
    assertThat(GossipCodec.decode(version))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_VERSION));
    assertThat(GossipCodec.decode(new byte[] {'W', 'G', 1, 1, 1, 0x7f}))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_PROTOBUF));
    assertThat(GossipCodec.decode(new byte[] {'W', 'G', 1, 1, 1}))
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
