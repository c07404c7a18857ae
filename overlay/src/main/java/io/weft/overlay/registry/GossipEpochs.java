package io.weft.overlay.registry;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The life cycle of the gossip keys: which epochs are accepted, and which one seals. Never a key:
 * those lie on the hosts' disks and travel over their links only.
 *
 * @param revision the index in the log of the last change; 0 before the first
 * @param accepted what tells each accepted key from another of its epoch; empty for the key that
 *     the cluster was founded with, as there is no other. One, and two while a rotation is under
 *     way
 * @param used the epoch that seals
 * @param newest the highest epoch there ever was; none is given twice
 */
public record GossipEpochs(long revision, SortedMap<Integer, Blob> accepted, int used, int newest) {

  /** The epoch that a cluster is founded with. */
  public static final int FOUNDING_EPOCH = 1;

  /** Before any rotation. */
  public static final GossipEpochs FOUNDED =
      new GossipEpochs(
          0,
          new TreeMap<>(Collections.singletonMap(FOUNDING_EPOCH, Blob.EMPTY)),
          FOUNDING_EPOCH,
          FOUNDING_EPOCH);

  /** Where a rotation stands. */
  public enum Phase {
    /** None is under way. */
    STEADY,
    /** The next key is given to all hosts; none seals with it yet. */
    INSTALLING,
    /** The next key seals; the former is accepted until all hosts seal with the next. */
    RETIRING
  }

  /** Copies the map. */
  public GossipEpochs {
    accepted = Collections.unmodifiableSortedMap(new TreeMap<>(accepted));
  }

  /** Where the rotation stands. */
  public Phase phase() {
    OptionalInt other = other();
    return other.isEmpty()
        ? Phase.STEADY
        : other.getAsInt() > used ? Phase.INSTALLING : Phase.RETIRING;
  }

  /** The accepted epoch that does not seal: the next, or the former. */
  public OptionalInt other() {
    return accepted.keySet().stream()
        .mapToInt(Integer::intValue)
        .filter(e -> e != used)
        .findFirst();
  }

  /** What to tell whoever wants a second rotation while one is under way. */
  public String underWay() {
    return "a rotation to gossip key %d is under way; 'weft keys' shows what it waits for"
        .formatted(Math.max(used, other().orElse(used)));
  }

  /** Whether the key of this epoch that has this fingerprint is accepted. */
  public boolean accepts(int epoch, byte[] fingerprint) {
    Blob known = accepted.get(epoch);
    return known != null && (known.equals(Blob.EMPTY) || known.equals(Blob.of(fingerprint)));
  }

  GossipEpochs installed(long index, int epoch, Blob fingerprint) {
    TreeMap<Integer, Blob> more = new TreeMap<>(accepted);
    more.put(epoch, fingerprint);
    return new GossipEpochs(index, more, used, epoch);
  }

  GossipEpochs using(long index, int epoch) {
    return new GossipEpochs(index, accepted, epoch, newest);
  }

  GossipEpochs without(long index, int epoch) {
    TreeMap<Integer, Blob> fewer = new TreeMap<>(accepted);
    fewer.remove(epoch);
    return new GossipEpochs(index, fewer, used, newest);
  }
}
