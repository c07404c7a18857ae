package io.weft.gossip.link;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

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

  /** The most seeds that are kept. */
  static final int MAX_SEEDS = 64;

  private record OpenLink(long id, boolean dialledByUs, long sinceNanos) {}

  private record Surplus(long linkId, long closeAtNanos) {}

  private final NodeId self;
  private final RandomGenerator random;
  private final TreeMap<NodeId, Target> wanted = new TreeMap<>();
  private final TreeMap<PeerAddress, Target> seeds = new TreeMap<>();
  private final TreeMap<NodeId, OpenLink> open = new TreeMap<>();
  private final TreeMap<Long, NodeId> peers = new TreeMap<>();
  private final TreeMap<NodeId, PeerAddress> acceptedFrom = new TreeMap<>();
  private final Deque<Surplus> surplus = new ArrayDeque<>();

  private final DialPlan plan;

  /** A core without peers. Its dials count up in even link ids from 2. */
  public LinkCore(GossipConfig config, NodeId self, RandomGenerator random) {
    this.self = self;
    this.random = random;
    this.plan = new DialPlan(config, random);
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
    long next = plan.nextDeadlineNanos();
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

  private void want(long now, LinkInput.Want w) {
    if (w.peer().equals(self)) {
      return;
    }
    Target target = wanted.get(w.peer());
    if (target == null) {
      target = plan.add(w.address(), w.peer());
      wanted.put(w.peer(), target);
    } else if (target.address.equals(w.address())) {
      return;
    } else {
      plan.move(target, w.address());
    }
    acceptedFrom.remove(w.peer());
    if (!open.containsKey(w.peer())) {
      plan.dialFirst(target, now);
    }
  }

  private void unwant(NodeId peer, LinkEffects out) {
    Target target = wanted.remove(peer);
    if (target != null) {
      plan.remove(target);
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
    Target target = plan.add(address, null);
    seeds.put(address, target);
    plan.dialAt(target, now);
  }

  private void dialed(long now, LinkInput.Dialed d, LinkEffects out) {
    Target target = plan.answered(d.linkId());
    if (target == null || d.peer().equals(self)) {
      if (target != null && seeds.values().remove(target)) { // a seed that is this node itself
        plan.remove(target);
      }
      out.close(d.linkId());
      return;
    }
    if (target.expected == null) {
      seeds.remove(target.address);
      plan.remove(target);
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
        && now - old.sinceNanos() < DialPlan.DIAL_TIMEOUT_MILLIS * DialPlan.NANOS_PER_MILLI
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
      plan.rest(target);
    }
    out.linkUp(peer, link.id());
  }

  private void retire(long now, long linkId) {
    surplus.addLast(new Surplus(linkId, now + DUPLICATE_LINGER_MILLIS * DialPlan.NANOS_PER_MILLI));
  }

  private void dialFailed(long now, LinkInput.DialFailed f) {
    Target target = plan.answered(f.linkId());
    if (target != null) {
      failed(now, target, f.cause());
    }
  }

  private void failed(long now, Target target, String cause) {
    target.lastError = cause;
    if (target.expected != null && open.containsKey(target.expected)) {
      return;
    }
    plan.backOff(now, target);
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
      if (now - link.sinceNanos() >= STABLE_LINK_MILLIS * DialPlan.NANOS_PER_MILLI) {
        target.failures = 0;
      }
      if (target.dialId < 0) {
        plan.backOff(now, target);
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
    long soon = now + random.nextLong(EVIDENCE_DELAY_MILLIS * DialPlan.NANOS_PER_MILLI + 1);
    boolean rested =
        !target.heard
            || now - target.heardNanos >= EVIDENCE_INTERVAL_MILLIS * DialPlan.NANOS_PER_MILLI;
    if (target.notBeforeNanos > soon && rested) {
      target.heard = true;
      target.heardNanos = now;
      target.failures = 1;
      plan.dialAt(target, soon);
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
    for (Target due = plan.due(now); due != null; due = plan.due(now)) {
      dial(now, due, out);
    }
  }

  private void dial(long now, Target target, LinkEffects out) {
    if (target.dialId >= 0) {
      out.close(target.dialId);
      plan.forget(target);
      failed(now, target, "no answer within " + DialPlan.DIAL_TIMEOUT_MILLIS + " ms");
    } else {
      out.dial(plan.begin(now, target), target.address, target.expected);
    }
  }
}
