package io.weft.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.weft.gossip.testing.CheapSigner;
import io.weft.security.identity.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
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

  /** The envelope is written and read here, by the schema that protobuf knows. */
  @Property
  void theEnvelopeIsWhatTheSchemaSays(@ForAll long seed) throws Exception {
    Envelope envelope = Items.envelope(new Random(seed));
    byte[] written = codec.encode(envelope);
    byte[] protobuf = Arrays.copyOfRange(written, GossipCodec.HEADER_BYTES, written.length);
    var parsed = io.weft.gossip.wire.proto.Envelope.parseFrom(protobuf);
    assertThat(parsed.getUnknownFields().asMap()).isEmpty();
    assertThat(parsed.getMembersCount()).isEqualTo(envelope.members().size());
    assertThat(parsed.getDeltasCount()).isEqualTo(envelope.deltas().size());
    assertThat(parsed.getUsersCount()).isEqualTo(envelope.users().size());
    assertThat(parsed.getSender().isEmpty()).isEqualTo(envelope.sender() == null);
    assertThat(parsed.getBodyCase().name().replace("_", ""))
        .isEqualToIgnoringCase(envelope.body().getClass().getSimpleName());
    assertThat(parsed.toByteArray()).isEqualTo(protobuf);
  }

  @Property
  void aFieldOfALaterVersionIsPassedByAndASecondBodyIsNot(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] written = codec.encode(Items.envelope(random));
    byte[] longer = Arrays.copyOf(written, written.length + 2);
    longer[written.length] = 15 << 3; // field 15, a number
    assertThat(again(codec, longer)).isEqualTo(ByteString.copyFrom(written));
    byte[] twice = Arrays.copyOf(written, written.length + 2);
    twice[written.length] = (byte) (io.weft.gossip.wire.proto.Envelope.NEWS_FIELD_NUMBER << 3 | 2);
    assertThat(codec.decode(twice)).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
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
          Arrays.copyOf(
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
      sum += GossipCodec.sizeOf(codec.encode(m));
    }
    for (OwnerDelta d : e.deltas()) {
      sum += GossipCodec.sizeOf(codec.encode(d));
    }
    for (UserItem u : e.users()) {
      sum += GossipCodec.sizeOf(codec.encode(u));
    }
    assertThat(codec.encode(e)).hasSize(sum);
  }

  /** What was read before is read the same, whatever was remembered in between. */
  @Property
  void whatItRemembersChangesNothing(@ForAll long seed) {
    Random random = new Random(seed);
    GossipCodec forgetful = new GossipCodec(0);
    for (int i = 0; i < 20; i++) {
      Envelope e = Items.envelope(random);
      byte[] bytes = codec.encode(e);
      assertThat(forgetful.encode(e)).isEqualTo(bytes);
      for (int flips = random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(again(codec, bytes)).isEqualTo(again(new GossipCodec(0), bytes));
    }
  }

  /** Who compares an item with the one that was told of then sees at once that they are equal. */
  @Test
  void whatItWroteItReadsAsTheVeryItemThatItWrote() {
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      MemberItem item = Items.member(random, Items.id(i));
      MemberItem later = item.alive(item.generation() + 1, 0);
      codec.encode(item);
      assertThat(readAsSender(item)).isSameAs(item);
      assertThat(readAsSender(later)).isEqualTo(later);
    }
  }

  /** What is read where another node wrote that it is this. */
  private @Nullable MemberItem readAsSender(MemberItem item) {
    Envelope envelope = new Envelope(item, new Body.News(), List.of(), List.of());
    Decoded read = codec.decode(new GossipCodec(0).encode(envelope));
    return ((Decoded.Message) read).envelope().sender();
  }

  /** What is read, written again; or why nothing is. */
  private static Object again(GossipCodec codec, byte[] bytes) {
    return switch (codec.decode(bytes)) {
      case Decoded.Message m -> ByteString.copyFrom(new GossipCodec(0).encode(m.envelope()));
      case Decoded.Malformed m -> m.cause();
    };
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
    assertThat(codec.decode(new byte[] {'W', 'G', 2, 2, 2, 0x7f}))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_PROTOBUF));
    assertThat(codec.decode(new byte[] {'W', 'G', 2, 2, 2}))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
  }

  @Test
  void aMessageOfABodyThatALaterVersionHasIsCountedAndUsersOfAnotherTypeArePassedBy() {
    byte[] header = {'W', 'G', 2, 2, 2};
    ByteString later = ByteString.copyFrom(header).concat(bytes(16 << 3 | 2, 1, 0)); // field 16
    assertThat(codec.decode(later.toByteArray()))
        .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
    int news = io.weft.gossip.wire.proto.Envelope.NEWS_FIELD_NUMBER << 3 | 2;
    int users = io.weft.gossip.wire.proto.Envelope.USERS_FIELD_NUMBER << 3; // a number, not bytes
    ByteString odd = ByteString.copyFrom(header).concat(bytes(news, 0, users, 5, 15 << 3 | 2, 0));
    assertThat(codec.decode(odd.toByteArray()))
        .isEqualTo(new Decoded.Message(new Envelope(null, new Body.News(), List.of(), List.of())));
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  @Test
  void aSignatureOrKeyOfAnotherLengthAndAKeyOutOfPlaceAreBadFields() {
    NodeId owner = Items.id(1);
    ByteString key = ByteString.copyFrom(new CheapSigner(owner).own().encoded());
    assertThat(decodedDelta(owner, 0, 64, key)).isInstanceOf(Decoded.Message.class);
    assertThat(decodedDelta(owner, 1, 64, null)).isInstanceOf(Decoded.Message.class);
    ByteString longKey = ByteString.copyFrom(new byte[129]);
    for (Decoded bad :
        List.of(
            decodedDelta(owner, 0, 0, key),
            decodedDelta(owner, 0, 63, key),
            decodedDelta(owner, 0, 65, key),
            decodedDelta(owner, 0, 60_000, key),
            decodedDelta(owner, 0, 64, longKey),
            decodedDelta(owner, 0, 64, null),
            decodedDelta(owner, 1, 64, key))) {
      assertThat(bad).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
    }
  }

  private static Decoded decodedDelta(
      NodeId owner, long base, int signatureBytes, @Nullable ByteString key) {
    RecordItem item = new RecordItem("key", base + 1, new byte[1], new byte[signatureBytes]);
    OwnerDelta delta = new OwnerDelta(owner, 1, base, base + 1, 0, null, List.of(item), key);
    Envelope envelope = new Envelope(null, new Body.News(), List.of(), List.of(delta));
    return new GossipCodec().decode(new GossipCodec().encode(envelope));
  }

  @Test
  void anEventBeyondItsBoundsIsABadField() {
    for (UserItem bad :
        List.of(
            event("", ByteString.EMPTY, 0),
            event("two\nlines", ByteString.EMPTY, 0),
            event("n".repeat(UserItem.MAX_NAME_BYTES + 1), ByteString.EMPTY, 0),
            event("e", ByteString.copyFrom(new byte[UserItem.MAX_BYTES]), 0),
            event("e", ByteString.EMPTY, UserItem.MAX_AGE_MILLIS + 1))) {
      assertThat(decoded(new Body.News(), List.of(bad)))
          .isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
    }
    UserItem largest = event("e", ByteString.copyFrom(new byte[UserItem.MAX_BYTES - 1]), 0);
    assertThat(decoded(new Body.News(), List.of(largest))).isInstanceOf(Decoded.Message.class);
  }

  @Test
  void anAnswerBeyondItsBoundIsABadField() {
    ByteString most = ByteString.copyFrom(new byte[Body.Reply.MAX_BYTES]);
    Body good = new Body.Reply(1, 1, Body.Reply.Kind.ANSWER, most);
    Body long_ =
        new Body.Reply(1, 1, Body.Reply.Kind.ANSWER, most.concat(ByteString.copyFromUtf8("x")));
    Body ack = new Body.Reply(1, 1, Body.Reply.Kind.ACK, ByteString.copyFromUtf8("x"));
    assertThat(decoded(good, List.of())).isInstanceOf(Decoded.Message.class);
    for (Body bad : List.of(long_, ack)) {
      assertThat(decoded(bad, List.of())).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
    }
  }

  private Decoded decoded(Body body, List<UserItem> users) {
    return codec.decode(codec.encode(new Envelope(null, body, List.of(), List.of(), users)));
  }

  private static UserItem event(String name, ByteString payload, long ageMillis) {
    return new UserItem(Items.id(1), 1, 1, 1, ageMillis, name, payload, null);
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

  @Test
  void labelsThatCountLessThanTheyTakeAndHoldingsOfNothingAreRefused() {
    var many = io.weft.gossip.wire.proto.Asking.newBuilder().setTimeoutMillis(1);
    for (int i = 0; i < 100; i++) {
      many.addLabels(
          io.weft.gossip.wire.proto.Label.newBuilder().setKey("" + (char) (i + 256)).build());
    }
    var same = io.weft.gossip.wire.proto.Asking.newBuilder().setTimeoutMillis(1);
    for (int i = 0; i < 2; i++) {
      same.addLabels(io.weft.gossip.wire.proto.Label.newBuilder().setKey("k").build());
    }
    for (var asking : List.of(many.build(), same.build())) {
      var item =
          io.weft.gossip.wire.proto.UserItem.newBuilder()
              .setOwner(ByteString.copyFrom(Items.id(1).bytes()))
              .setName("q")
              .setAsking(asking)
              .build();
      assertThatThrownBy(() -> FromProto.user(item))
          .isInstanceOf(FromProto.BadFieldException.class);
    }
    Body nothing = new Body.Holdings(List.of(new Body.Holdings.Held(1, 1, List.of())), true, 1);
    byte[] bytes = codec.encode(new Envelope(null, nothing, List.of(), List.of(), List.of()));
    assertThat(codec.decode(bytes)).isEqualTo(new Decoded.Malformed(Decoded.Cause.BAD_FIELD));
  }
}
