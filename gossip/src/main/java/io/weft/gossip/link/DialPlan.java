package io.weft.gossip.link;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which target is dialled when, and which dials are under way.
 *
 * <p>A host that was set up anew several times is known under several identities at one address,
 * and goes on by the last. Whoever sits at that address is not to be called once for each: the last
 * target that came to an address has a rate of its own, and all others there share the rate of one
 * (INV-SYN-4).
 */
final class DialPlan {

  static final long NANOS_PER_MILLI = 1_000_000;

  /** A dial without answer is given up after this time, whatever the transport does. */
  static final long DIAL_TIMEOUT_MILLIS = 10_000;

  /** Doubling stops here; the maximum is reached long before. */
  private static final int MAX_EXPONENT = 20;

  private final GossipConfig config;
  private final RandomGenerator random;
  private final TreeMap<Long, Target> dials = new TreeMap<>();

  /** An address's targets: how many, and the number of the last that came. */
  private record Crowd(int size, long last) {}

  private final TreeMap<PeerAddress, Crowd> crowds = new TreeMap<>();

  /** The targets that wait for a time, the next first. */
  private final TreeSet<Target> deadlines =
      new TreeSet<>(
          Comparator.<Target>comparingLong(t -> t.filedNanos).thenComparingLong(t -> t.number));

  private long nextLinkId = 2;
  private long nextNumber;

  DialPlan(GossipConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  /** A new target, which waits for nothing yet. */
  Target add(PeerAddress address, @Nullable NodeId expected) {
    Target target = new Target(address, expected, nextNumber++);
    enter(target);
    return target;
  }

  /** Begins anew at another address: what comes of a dial to the old one does not matter. */
  void move(Target target, PeerAddress to) {
    leave(target.address);
    target.address = to;
    enter(target);
    target.failures = 0;
    forget(target);
  }

  void remove(Target target) {
    leave(target.address);
    target.waiting = false;
    forget(target);
  }

  private void enter(Target target) {
    crowds.compute(target.address, (a, c) -> new Crowd(c == null ? 1 : c.size + 1, target.number));
  }

  private void leave(PeerAddress address) {
    crowds.computeIfPresent(address, (a, c) -> c.size > 1 ? new Crowd(c.size - 1, c.last) : null);
  }

  /** With how many others, itself counted, a target shares its rate. */
  private int sharers(Target target) {
    Crowd crowd = crowds.get(target.address);
    return crowd == null || crowd.last == target.number ? 1 : crowd.size;
  }

  /** Dials at once, or where others are dialled already after a while. */
  void dialFirst(Target target, long now) {
    Crowd crowd = crowds.get(target.address);
    int others = crowd == null ? 0 : crowd.size - 1;
    long ceiling = config.reconnectMinMillis() * others * NANOS_PER_MILLI;
    dialAt(target, others == 0 ? now : now + random.nextLong(ceiling + 1));
  }

  /** The target of a dial that has ended, which waits for nothing now; null for an unknown dial. */
  @Nullable Target answered(long linkId) {
    Target target = dials.get(linkId);
    if (target != null) {
      target.waiting = false;
      forget(target);
    }
    return target;
  }

  /** The dial under way is none any more, whatever comes of it. */
  void forget(Target target) {
    if (target.dialId >= 0) {
      dials.remove(target.dialId);
      target.dialId = -1;
    }
    file(target);
  }

  void dialAt(Target target, long atNanos) {
    target.waiting = true;
    target.notBeforeNanos = atNanos;
    file(target);
  }

  void rest(Target target) {
    target.waiting = false;
    file(target);
  }

  /** Waits a random part of a time that doubles with each failure in a row. */
  void backOff(long now, Target target) {
    target.failures = Math.min(target.failures + 1, MAX_EXPONENT);
    long ceilingMillis =
        Math.min(config.reconnectMaxMillis(), config.reconnectMinMillis() << (target.failures - 1));
    dialAt(target, now + random.nextLong(ceilingMillis * sharers(target) * NANOS_PER_MILLI + 1));
  }

  /** Begins a dial and says under which link id. */
  long begin(long now, Target target) {
    target.waiting = false;
    target.dialId = nextLinkId;
    nextLinkId += 2;
    target.dialDeadlineNanos = now + DIAL_TIMEOUT_MILLIS * NANOS_PER_MILLI;
    dials.put(target.dialId, target);
    file(target);
    return target.dialId;
  }

  /** One whose wait, or whose dial's time, is over; null for none. */
  @Nullable Target due(long now) {
    return nextDeadlineNanos() <= now ? deadlines.first() : null;
  }

  /** {@link Target#NONE} for never. */
  long nextDeadlineNanos() {
    return deadlines.isEmpty() ? Target.NONE : deadlines.first().filedNanos;
  }

  /** Files a target anew under its deadline; after every change of it. */
  private void file(Target target) {
    long deadline = target.deadline();
    if (deadline == target.filedNanos) {
      return;
    }
    if (target.filedNanos != Target.NONE) {
      deadlines.remove(target);
    }
    target.filedNanos = deadline;
    if (deadline != Target.NONE) {
      deadlines.add(target);
    }
  }
}
