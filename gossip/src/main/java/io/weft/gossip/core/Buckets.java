package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.gossip.wire.RecordItem;
import io.weft.security.identity.NodeId;
import java.util.Arrays;
import java.util.List;

/**
 * The whole table in a few numbers: members fall into buckets by their identity, and each bucket
 * has the sum of the hashes of all that is known of its members. Kept up with each change. Two
 * nodes whose sums are equal hold the same; it guards against nothing but chance. Members that left
 * do not count: nodes forget them at different times.
 */
final class Buckets {
  private final long[] sums = new long[Body.Summary.BUCKETS];
  private long total;

  /** The bucket of a member. */
  static int of(NodeId id) {
    return Math.floorMod(id.hashCode(), Body.Summary.BUCKETS);
  }

  static boolean in(NodeId id, long mask) {
    return (mask >>> of(id) & 1) != 0;
  }

  void add(NodeId id, long hash) {
    sums[of(id)] += hash;
    total += hash;
  }

  /** What is believed of a member; 0 for one that left. */
  static long hash(MemberItem item) {
    if (item.state() == MemberState.LEFT) {
      return 0;
    }
    long hash = mix(item.id().hashCode(), item.generation());
    hash = mix(hash, item.incarnation());
    hash = mix(hash, item.state().name().hashCode());
    hash = mix(hash, Arrays.hashCode(item.address().ip().getAddress()));
    hash = mix(hash, item.address().port());
    return mix(hash, item.name().hashCode());
  }

  /** How far an owner's records are known, and what lives of them. */
  static long hash(OwnerDigest digest) {
    return mix(mix(mix(1, digest.generation()), digest.head()), digest.content());
  }

  /** A record; 0 for a tombstone, which nodes drop at different times. */
  static long hash(RecordItem item) {
    byte[] value = item.value();
    return value == null
        ? 0
        : mix(mix(item.version(), item.key().hashCode()), Arrays.hashCode(value));
  }

  /** All in one number. */
  long total() {
    return total;
  }

  List<Long> sums() {
    return Arrays.stream(sums).boxed().toList();
  }

  /** A bit for each bucket that somebody else has otherwise. */
  long differing(List<Long> theirs) {
    long mask = 0;
    for (int i = 0; i < sums.length; i++) {
      mask |= theirs.get(i) == sums[i] ? 0 : 1L << i;
    }
    return mask;
  }

  /** After SplitMix64's finalizer (Steele, Lea and Flood, 2014). */
  private static long mix(long hash, long value) {
    long z = (hash ^ value) + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
