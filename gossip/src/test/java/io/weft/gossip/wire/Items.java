package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.coordinate.Coordinate;
import io.weft.gossip.testing.CheapSigner;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Well-formed messages from a seed. */
public final class Items {
  private Items() {}

  public static NodeId id(int n) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) n;
    return NodeId.ofBytes(bytes);
  }

  public static MemberItem member(Random random, NodeId id) {
    byte[] ip = new byte[random.nextBoolean() ? 4 : 16];
    random.nextBytes(ip);
    return new MemberItem(
        id,
        "n" + random.nextInt(3),
        PeerAddress.of(ip, random.nextInt(3)),
        List.of(MemberState.values()).get(random.nextInt(4)),
        random.nextInt(3),
        random.nextInt(3),
        random.nextBoolean() ? id(random.nextInt(5)) : null);
  }

  public static OwnerDelta delta(Random random) {
    List<RecordItem> records = new ArrayList<>();
    NodeId owner = id(random.nextInt(5));
    long generation = random.nextInt(4);
    long base = random.nextInt(4);
    long version = base;
    for (int i = random.nextInt(5); i > 0; i--) {
      version += 1 + random.nextInt(3);
      byte[] value = new byte[random.nextInt(40)];
      random.nextBytes(value);
      records.add(
          signed(random, owner, generation, version, random.nextInt(4) == 0 ? null : value));
    }
    long head = version + random.nextInt(3);
    Sweep sweep =
        random.nextBoolean()
            ? random.nextBoolean() ? Sweep.NOTHING : new Sweep(List.of(1L, 3L))
            : null;
    long gc = head == 0 ? 0 : random.nextLong(head + 1);
    ByteString key = base == 0 ? ByteString.copyFrom(new CheapSigner(owner).own().encoded()) : null;
    return new OwnerDelta(owner, generation, base, head, gc, sweep, records, key);
  }

  /** By its owner, or now and then by another. */
  private static RecordItem signed(
      Random random, NodeId owner, long generation, long version, byte @Nullable [] value) {
    String key = "k" + random.nextInt(6);
    NodeId writer = random.nextInt(8) == 0 ? id(random.nextInt(5)) : owner;
    byte[] statement = RecordItem.statement(owner, generation, version, key, value);
    return new RecordItem(key, version, value, new CheapSigner(writer).sign(statement));
  }

  public static UserItem user(Random random) {
    UserItem.Asking asking = null;
    if (random.nextBoolean()) {
      asking =
          new UserItem.Asking(
              1 + random.nextInt(5_000),
              random.longs(random.nextInt(3)).boxed().toList(),
              new TreeMap<>(random.nextBoolean() ? Map.of("zone", "b") : Map.of()));
    }
    return new UserItem(
        id(random.nextInt(5)),
        random.nextInt(4),
        random.nextInt(300),
        random.nextInt(9),
        random.nextInt(20_000),
        "e" + random.nextInt(3),
        bytes(random, 300),
        asking);
  }

  private static ByteString bytes(Random random, int below) {
    byte[] bytes = new byte[random.nextInt(below)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static Body reply(Random random) {
    Body.Reply.Kind kind = List.of(Body.Reply.Kind.values()).get(random.nextInt(3));
    return new Body.Reply(
        random.nextInt(4),
        random.nextInt(9),
        kind,
        kind == Body.Reply.Kind.ANSWER ? bytes(random, 1_024) : ByteString.EMPTY);
  }

  private static Body holdings(Random random) {
    List<Body.Holdings.Held> held = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      held.add(
          new Body.Holdings.Held(
              Body.Ping.mark(id(random.nextInt(5))),
              random.nextInt(4),
              random.longs(1 + random.nextInt(3), 0, 300).boxed().toList()));
    }
    return new Body.Holdings(held, random.nextBoolean(), random.nextInt(9));
  }

  public static Envelope envelope(Random random) {
    List<OwnerDigest> digests = new ArrayList<>();
    List<MemberItem> members = new ArrayList<>();
    List<OwnerDelta> deltas = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      digests.add(
          new OwnerDigest(
              id(random.nextInt(5)),
              random.nextInt(4),
              random.nextInt(9),
              random.nextInt(9),
              random.nextInt(3)));
      members.add(member(random, id(random.nextInt(5))));
      deltas.add(delta(random));
    }
    Body body =
        switch (random.nextInt(10)) {
          case 0 ->
              Body.Ping.to(random.nextBoolean() ? id(random.nextInt(5)) : null, random.nextInt(9));
          case 1 -> {
            byte[] coordinate = new byte[random.nextInt(3) * Coordinate.BYTES / 2];
            random.nextBytes(coordinate);
            yield new Body.Ack(random.nextInt(9), ByteString.copyFrom(coordinate));
          }
          case 2 -> new Body.Nack(random.nextInt(9));
          case 3 ->
              new Body.PingRequest(
                  random.nextInt(9), id(random.nextInt(5)), PeerAddress.of(new byte[4], 1));
          case 4 -> new Body.News();
          case 5 ->
              new Body.Digest(
                  digests,
                  random.nextBoolean(),
                  random.nextBoolean() ? Body.Digest.ALL : random.nextLong() | 1);
          case 6 ->
              new Body.Summary(
                  random.longs(random.nextBoolean() ? 1 : Body.Summary.BUCKETS).boxed().toList());
          case 7 -> reply(random);
          case 8 -> holdings(random);
          default -> new Body.Delta(digests);
        };
    boolean whole = body instanceof Body.Digest || body instanceof Body.Delta;
    MemberItem sender =
        whole || random.nextBoolean() ? member(random, id(random.nextInt(5))) : null;
    List<UserItem> users = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      users.add(user(random));
    }
    return new Envelope(sender, body, members, deltas, users);
  }
}
