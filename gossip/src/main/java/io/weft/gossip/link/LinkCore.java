package io.weft.gossip.link;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one link to every wanted peer.
 *
 * <p>A dial that fails, or a link that ends, is tried again after a random part of a time that
 * doubles with each failure in a row (exponential backoff with full jitter), so that a heal is no
 * storm (INV-SYN-4). A link that has lived for a while, or a sign of life by another way, begins
 * anew with short times. When both sides dial at once, both keep the link that the lower identity
 * dialled: both decide from the same two facts, so they agree without a word. The other link is
 * kept by nobody longer than {@link #DUPLICATE_LINGER_MILLIS}, so that what was already sent on it
 * arrives.
 *
 * <p>No clock, no socket, no thread: time and randomness come in, effects go out.
 */
public final class LinkCore {

  /** How long a surplus link stays open for what is still on its way. */
  static final long DUPLICATE_LINGER_MILLIS = 1_000;

  /** A link that lived this long was good: the next backoff begins short. */
  static final long STABLE_LINK_MILLIS = 10_000;

  /** After a sign of life the next dial is at most this far away. */
  static final long EVIDENCE_DELAY_MILLIS = 500;

  /**
   * Signs of life shorten one wait in this time, so that a chatty peer whose port is closed is not
   * dialled all the time.
   */
  static final long EVIDENCE_INTERVAL_MILLIS = 5_000;

  /** A dial without answer is given up after this time, whatever the transport does. */
  static final long DIAL_TIMEOUT_MILLIS = 10_000;

  /** The most seeds that are kept. */
  static final int MAX_SEEDS = 64;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NONE = Long.MAX_VALUE;

  /** Doubling stops here; the maximum is reached long before. */
  private static final int MAX_EXPONENT = 20;

  private record OpenLink(long id, boolean dialledByUs, long sinceNanos) {}

  private record Surplus(long linkId, long closeAtNanos) {}

  /** A place to dial: a wanted peer, or a seed whose peer is unknown. */
  private static final class Target {
    PeerAddress address;
    final @Nullable NodeId expected;
    int failures;
    long notBeforeNanos;
    boolean waiting;
    long dialId = -1;
    long dialDeadlineNanos;
    boolean heard;
    long heardNanos;
    String lastError = "";

    /** Under which time it stands among the deadlines; {@link #NONE} for not at all. */
    long filedNanos = NONE;

    /** Sets those apart that fall due at one time. */
    final long number;

    Target(PeerAddress address, @Nullable NodeId expected, long number) {
      this.address = address;
      this.expected = expected;
      this.number = number;
    }

    long deadline() {
      if (dialId >= 0) {
        return dialDeadlineNanos;
      }
      return waiting ? notBeforeNanos : NONE;
    }
  }

  private final GossipConfig config;
  private final NodeId self;
  private final RandomGenerator random;
  private final TreeMap<NodeId, Target> wanted = new TreeMap<>();
  private final TreeMap<PeerAddress, Target> seeds = new TreeMap<>();
  private final TreeMap<Long, Target> dials = new TreeMap<>();
  private final TreeMap<NodeId, OpenLink> open = new TreeMap<>();
  private final TreeMap<Long, NodeId> peers = new TreeMap<>();
  private final TreeMap<NodeId, PeerAddress> acceptedFrom = new TreeMap<>();
  private final Deque<Surplus> surplus = new ArrayDeque<>();

  /** The targets that wait for a time, the next first. */
  private final TreeSet<Target> deadlines =
      new TreeSet<>(
          Comparator.<Target>comparingLong(t -> t.filedNanos).thenComparingLong(t -> t.number));

  private long nextLinkId = 2;
  private long nextNumber;

  /** A core without peers. Its dials count up in even link ids from 2. */
  public LinkCore(GossipConfig config, NodeId self, RandomGenerator random) {
    this.config = config;
    this.self = self;
    this.random = random;
  }

  /** Takes one input, then does all that is due at this time. */
  public void step(long nowNanos, LinkInput input, LinkEffects out) {
    switch (input) {
      case LinkInput.Want w -> want(nowNanos, w);
      case LinkInput.Unwant u -> unwant(u.peer(), out);
      case LinkInput.Seed s -> seed(nowNanos, s.address());
      case LinkInput.Dialed d -> dialed(nowNanos, d, out);
      case LinkInput.DialFailed f -> dialFailed(nowNanos, f);
      case LinkInput.Accepted a -> accepted(nowNanos, a, out);
      case LinkInput.Closed c -> closed(nowNanos, c, out);
      case LinkInput.Evidence e -> evidence(nowNanos, e.peer());
      case LinkInput.Timer t -> {}
    }
    runDue(nowNanos, out);
  }

  /** When the next {@link LinkInput.Timer} is due; {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    long next = deadlines.isEmpty() ? NONE : deadlines.first().filedNanos;
    for (Surplus s : surplus) {
      next = Math.min(next, s.closeAtNanos());
    }
    return next;
  }

  /** Every wanted or linked peer, by identity. */
  public List<PeerLink> links() {
    TreeMap<NodeId, PeerLink> all = new TreeMap<>();
    for (Map.Entry<NodeId, PeerAddress> e : acceptedFrom.entrySet()) {
      all.put(
          e.getKey(), new PeerLink(e.getKey(), e.getValue(), open.containsKey(e.getKey()), 0, ""));
    }
    for (Map.Entry<NodeId, Target> e : wanted.entrySet()) {
      Target t = e.getValue();
      boolean up = open.containsKey(e.getKey());
      long until = t.waiting && !up ? t.notBeforeNanos : 0;
      all.put(e.getKey(), new PeerLink(e.getKey(), t.address, up, until, t.lastError));
    }
    return List.copyOf(all.values());
  }

  /** The link that messages to this peer go over, or -1. */
  public long linkOf(NodeId peer) {
    OpenLink link = open.get(peer);
    return link == null ? -1 : link.id();
  }

  /** Files a target anew under its deadline; after every change of it. */
  private void file(Target target) {
    long deadline = target.deadline();
    if (deadline != target.filedNanos) {
      unfile(target);
      target.filedNanos = deadline;
      if (deadline != NONE) {
        deadlines.add(target);
      }
    }
  }

  private void unfile(Target target) {
    if (target.filedNanos != NONE) {
      deadlines.remove(target);
      target.filedNanos = NONE;
    }
  }

  private void want(long now, LinkInput.Want w) {
    if (w.peer().equals(self)) {
      return;
    }
    Target target = wanted.get(w.peer());
    if (target == null) {
      target = new Target(w.address(), w.peer(), nextNumber++);
      wanted.put(w.peer(), target);
    } else if (target.address.equals(w.address())) {
      return;
    } else {
      target.address = w.address();
      target.failures = 0;
      forgetDial(target); // the answer of a dial to the old address does not matter any more
    }
    acceptedFrom.remove(w.peer());
    if (!open.containsKey(w.peer())) {
      target.waiting = true;
      target.notBeforeNanos = now;
    }
    file(target);
  }

  private void unwant(NodeId peer, LinkEffects out) {
    Target target = wanted.remove(peer);
    if (target != null) {
      forgetDial(target);
      unfile(target);
    }
    acceptedFrom.remove(peer);
    OpenLink link = open.remove(peer);
    if (link != null) {
      peers.remove(link.id());
      out.close(link.id());
      out.linkDown(peer, "not wanted any more");
    }
  }

  private void seed(long now, PeerAddress address) {
    if (seeds.containsKey(address) || seeds.size() >= MAX_SEEDS) {
      return;
    }
    Target target = new Target(address, null, nextNumber++);
    target.waiting = true;
    target.notBeforeNanos = now;
    seeds.put(address, target);
    file(target);
  }

  private void dialed(long now, LinkInput.Dialed d, LinkEffects out) {
    Target target = dials.remove(d.linkId());
    if (target == null || d.peer().equals(self)) {
      if (target != null) {
        target.dialId = -1;
        seeds.values().remove(target); // a seed that is this node itself
        unfile(target);
      }
      out.close(d.linkId());
      return;
    }
    target.dialId = -1;
    target.waiting = false;
    file(target);
    if (target.expected == null) {
      seeds.remove(target.address);
      acceptedFrom.putIfAbsent(d.peer(), target.address);
    }
    adopt(now, d.peer(), new OpenLink(d.linkId(), true, now), out);
  }

  private void accepted(long now, LinkInput.Accepted a, LinkEffects out) {
    if (a.peer().equals(self)) {
      out.close(a.linkId());
      return;
    }
    if (!wanted.containsKey(a.peer())) {
      acceptedFrom.put(a.peer(), a.from());
    }
    adopt(now, a.peer(), new OpenLink(a.linkId(), false, now), out);
  }

  /** Keeps the new link or the old one by a rule that both sides share. */
  private void adopt(long now, NodeId peer, OpenLink link, LinkEffects out) {
    OpenLink old = open.get(peer);
    boolean lowerDials = self.compareTo(peer) < 0;
    peers.put(link.id(), peer);
    if (old != null
        && now - old.sinceNanos() < DIAL_TIMEOUT_MILLIS * NANOS_PER_MILLI
        && old.dialledByUs() != link.dialledByUs()
        && old.dialledByUs() == lowerDials) {
      retire(now, link.id());
      return;
    }
    // No old one; or the new is the lower identity's; or the peer dialled anew, which it does only
    // after its old link died.
    if (old != null) {
      retire(now, old.id());
    }
    open.put(peer, link);
    Target target = wanted.get(peer);
    if (target != null) {
      target.waiting = false;
      file(target);
    }
    out.linkUp(peer, link.id());
  }

  private void retire(long now, long linkId) {
    surplus.addLast(new Surplus(linkId, now + DUPLICATE_LINGER_MILLIS * NANOS_PER_MILLI));
  }

  private void dialFailed(long now, LinkInput.DialFailed f) {
    Target target = dials.remove(f.linkId());
    if (target != null) {
      failed(now, target, f.cause());
    }
  }

  private void failed(long now, Target target, String cause) {
    target.dialId = -1;
    target.lastError = cause;
    file(target);
    if (target.expected != null && open.containsKey(target.expected)) {
      return;
    }
    backOff(now, target);
  }

  private void backOff(long now, Target target) {
    target.failures = Math.min(target.failures + 1, MAX_EXPONENT);
    long ceiling =
        Math.min(config.reconnectMaxMillis(), config.reconnectMinMillis() << (target.failures - 1));
    target.notBeforeNanos = now + random.nextLong(ceiling * NANOS_PER_MILLI + 1);
    target.waiting = true;
    file(target);
  }

  private void closed(long now, LinkInput.Closed c, LinkEffects out) {
    NodeId peer = peers.remove(c.linkId());
    surplus.removeIf(s -> s.linkId() == c.linkId());
    if (peer == null) {
      return;
    }
    OpenLink link = open.get(peer);
    if (link == null || link.id() != c.linkId()) {
      return;
    }
    open.remove(peer);
    Target target = wanted.get(peer);
    if (target != null) {
      target.lastError = c.cause();
      if (now - link.sinceNanos() >= STABLE_LINK_MILLIS * NANOS_PER_MILLI) {
        target.failures = 0;
      }
      if (target.dialId < 0) {
        backOff(now, target);
      }
    } else {
      acceptedFrom.remove(peer);
    }
    out.linkDown(peer, c.cause());
  }

  private void evidence(long now, NodeId peer) {
    Target target = wanted.get(peer);
    if (target == null || !target.waiting || target.dialId >= 0 || open.containsKey(peer)) {
      return;
    }
    long soon = now + random.nextLong(EVIDENCE_DELAY_MILLIS * NANOS_PER_MILLI + 1);
    boolean rested =
        !target.heard || now - target.heardNanos >= EVIDENCE_INTERVAL_MILLIS * NANOS_PER_MILLI;
    if (target.notBeforeNanos > soon && rested) {
      target.heard = true;
      target.heardNanos = now;
      target.failures = 1;
      target.notBeforeNanos = soon;
      file(target);
    }
  }

  private void forgetDial(Target target) {
    if (target.dialId >= 0) {
      dials.remove(target.dialId);
      target.dialId = -1;
      file(target);
    }
  }

  private void runDue(long now, LinkEffects out) {
    for (Iterator<Surplus> it = surplus.iterator(); it.hasNext(); ) {
      Surplus s = it.next();
      if (s.closeAtNanos() <= now) {
        it.remove();
        peers.remove(s.linkId());
        out.close(s.linkId());
      }
    }
    while (!deadlines.isEmpty() && deadlines.first().filedNanos <= now) {
      due(now, deadlines.first(), out);
    }
  }

  private void due(long now, Target target, LinkEffects out) {
    if (target.dialId >= 0) {
      long late = target.dialId;
      forgetDial(target);
      out.close(late);
      failed(now, target, "no answer within " + DIAL_TIMEOUT_MILLIS + " ms");
      return;
    }
    target.waiting = false;
    target.dialId = nextLinkId;
    nextLinkId += 2;
    target.dialDeadlineNanos = now + DIAL_TIMEOUT_MILLIS * NANOS_PER_MILLI;
    dials.put(target.dialId, target);
    file(target);
    out.dial(target.dialId, target.address, target.expected);
  }
}
