package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The failure detector's probes. Each interval the next member of a shuffled round is pinged;
 * without a direct answer others are asked to ping it, and it is pinged over its link; without any
 * answer it is suspected (SWIM, section 3). A member under suspicion is told so in the ping itself,
 * so that it can refute at once (Lifeguard's buddy system). Where one answers nobody, others are
 * pinged out of their turn.
 */
final class Prober {
  private static final double NANOS_PER_MILLI = 1e6;

  /** A direct answer is waited for this many round trips ... */
  private static final int ROUND_TRIPS = 3;

  /** ... but not shorter than this, which a busy host may well need ... */
  private static final long MIN_TIMEOUT_MILLIS = 100;

  /** ... and not longer than so many probe intervals: a pause is no long way. */
  private static final int MAX_TIMEOUT_INTERVALS = 3;

  /**
   * Bad health thins out the probes, but in a cluster of so many not at all, and in one of twice as
   * many by half: else who is cut off would need very long to find that out.
   */
  private static final int UNTHINNED = 12;

  /** After so many answers in a row that came the other way, a member's path has changed. */
  static final int ANSWERS_OF_A_PATH = 3;

  /** The most who are asked in a probe interval because they are suspected on hearsay. */
  static final int MAX_ASKED_PER_INTERVAL = 8;

  /** About so many of all look for themselves when somebody is suspected. */
  private static final int OBSERVERS = 6;

  /** Where one answers nobody, so many others are pinged at once, once an interval. */
  private static final int BESIDE = 5;

  private final GossipConfig config;
  private final Members members;
  private final Tips tips;
  private final Outbox outbox;
  private final LocalHealth health;
  private final Restraint restraint;
  private final Locator locator;
  private final Agenda agenda;
  private final Relays relays;
  private final RandomGenerator random;
  private final Round round;
  private final OpenProbes probes;

  private long sequence;
  private int roundsWithoutProbe;
  private long nextBesideNanos = Long.MIN_VALUE;

  Prober(
      GossipConfig config,
      Members members,
      Tips tips,
      Outbox outbox,
      LocalHealth health,
      Restraint restraint,
      Locator locator,
      Agenda agenda,
      RandomGenerator random) {
    this.config = config;
    this.members = members;
    this.tips = tips;
    this.outbox = outbox;
    this.health = health;
    this.restraint = restraint;
    this.locator = locator;
    this.agenda = agenda;
    this.relays = new Relays(config, outbox, agenda);
    this.random = random;
    this.round = new Round(members.roster(), random);
    this.probes = new OpenProbes(config.probeIntervalMillis(), agenda);
  }

  void start(Turn turn) {
    agenda.nextProbeNanos =
        turn.nowNanos() + random.nextLong(config.probeIntervalMillis() * Turn.NANOS_PER_MILLI);
  }

  /** The next number of a ping; an answer carries it back. */
  long nextSequence() {
    return ++sequence;
  }

  /** Whether a round has begun now; the caller then does what else is due each interval. */
  boolean tick(Turn turn) {
    if (agenda.tips > 0) {
      for (MemberEntry e = tips.nextArrival(); e != null; e = tips.nextArrival()) {
        round.takeIn(e);
      }
      passOnAccusations(turn);
      lookForOneself(turn);
    }
    if (agenda.relaysNanos <= turn.nowNanos()) {
      relays.runDue(turn);
    }
    if (agenda.openProbesNanos <= turn.nowNanos()) {
      expireProbes(turn);
    }
    if (turn.nowNanos() < agenda.nextProbeNanos) {
      return false;
    }
    agenda.nextProbeNanos =
        Math.max(
            agenda.nextProbeNanos + config.probeIntervalMillis() * Turn.NANOS_PER_MILLI,
            turn.nowNanos() + 1);
    askThoseOnHearsay(turn);
    if (++roundsWithoutProbe >= intervalsPerProbe()) {
      MemberEntry target = round.next();
      if (target != null) {
        roundsWithoutProbe = 0;
        probe(turn, target, Probe.Reason.TURN);
      }
    }
    return true;
  }

  private int intervalsPerProbe() {
    int stretch = health.factor();
    return stretch == 1 ? 1 : Math.min(stretch, 1 + members.roster().presentCount() / UNTHINNED);
  }

  private void probe(Turn turn, MemberEntry target, Probe.Reason reason) {
    long seq = nextSequence();
    long stretch = health.factor();
    long direct = timeoutMillis(target);
    // The way through another takes two of the three round trips that a direct answer may take.
    long others = Math.max(direct, config.probeIntervalMillis() - config.probeTimeoutMillis());
    Probe probe =
        new Probe(
            seq,
            target.item,
            members.own().itemFor(target),
            turn.nowNanos(),
            turn.in(direct * stretch),
            turn.in(Math.max(config.probeIntervalMillis(), direct + others) * stretch),
            reason);
    probes.add(probe);
    outbox.datagram(turn, target, Body.Ping.to(target.id(), seq), accusation(target));
  }

  /** How long a direct answer is waited for: as the member's round trips need, once known. */
  private long timeoutMillis(MemberEntry entry) {
    float rttMillis = entry.rttMillis();
    return rttMillis < 0 || !config.detector().measuredTimeouts()
        ? config.probeTimeoutMillis()
        : Math.clamp(
            (long) (ROUND_TRIPS * rttMillis),
            Math.min(MIN_TIMEOUT_MILLIS, config.probeTimeoutMillis()),
            MAX_TIMEOUT_INTERVALS * config.probeIntervalMillis());
  }

  /**
   * Some of those who hear of a suspicion probe the suspect at once: one that has failed is found
   * by several soon, and one that lives hears of it from all of them.
   */
  private void lookForOneself(Turn turn) {
    for (MemberEntry e = tips.nextSuspect(); e != null; e = tips.nextSuspect()) {
      if (e.item.state() == MemberState.SUSPECT
          && random.nextInt(members.clusterSize()) < OBSERVERS
          && !probes.ask(e)) {
        probe(turn, e, Probe.Reason.HEARSAY);
      }
    }
  }

  /**
   * A suspicion for which nobody vouches may have been refuted already, by word that missed this
   * node only; then this node would call the suspect failed by the clock alone. So it asks, and the
   * ping tells the suspect of the suspicion. Who hears little itself would only add a false
   * accuser.
   */
  private void askThoseOnHearsay(Turn turn) {
    if (agenda.suspicionNanos == Long.MAX_VALUE // nobody is suspected
        || !config.detector().witnesses()
        || restraint.hearsLittle()) {
      return;
    }
    for (MemberEntry e : members.roster().toBeAsked(turn.nowNanos(), MAX_ASKED_PER_INTERVAL)) {
      Suspicion suspicion = e.suspicion();
      if (suspicion != null && !probes.ask(e)) {
        suspicion.asked(turn.nowNanos() + members.times().hearsayNanos());
        probe(turn, e, Probe.Reason.HEARSAY);
      }
    }
  }

  /** What the member should know about itself. */
  private @Nullable MemberItem accusation(MemberEntry entry) {
    return switch (entry.item.state()) {
      case ALIVE -> null;
      case SUSPECT -> config.detector().buddy() ? entry.item : null;
      case FAILED, LEFT -> entry.item;
    };
  }

  private void passOnAccusations(Turn turn) {
    for (MemberItem item = tips.nextAccusation(); item != null; item = tips.nextAccusation()) {
      MemberEntry entry = members.get(item.id());
      if (entry != null) {
        outbox.datagram(turn, entry, Body.Ping.to(entry.id(), nextSequence()), item);
      }
    }
  }

  private void expireProbes(Turn turn) {
    for (Probe p : probes.indirect(turn.nowNanos())) {
      askOthers(turn, p);
    }
    for (Probe p : probes.expire(turn.nowNanos())) {
      forgetIntroduction(p.target);
      if (p.reason == Probe.Reason.TURN) {
        restraint.unanswered(turn.nowNanos());
        if (!p.allNacked()) {
          health.worse();
        }
      }
      MemberEntry entry = members.get(p.target);
      // Who started since was never asked, and who refuted since has shown that it lives.
      if (entry != null && entry.present() && p.of(entry.item)) {
        int others = p.helpersAsked();
        String asked =
            others == 0 ? "" : ", neither to " + others + (others == 1 ? " other" : " others");
        members.suspect(turn, entry, "no answer to a probe" + asked);
      }
    }
  }

  /** Who does not answer may have lost what it was told: the next word to it tells all again. */
  private void forgetIntroduction(NodeId target) {
    MemberEntry entry = members.get(target);
    if (entry != null) {
      entry.introduced = false;
    }
  }

  private void askOthers(Turn turn, Probe probe) {
    probe.asked = true;
    MemberEntry target = members.get(probe.target);
    if (target == null) {
      return;
    }
    Body request = new Body.PingRequest(probe.sequence, probe.target, target.item.address());
    for (MemberEntry helper :
        members
            .roster()
            .sample(
                config.indirectProbes(),
                random,
                e -> e != target && e.item.state() == MemberState.ALIVE)) {
      probe.asksThrough(helper.id());
      outbox.datagram(turn, helper, request, null);
    }
    if (outbox.linked(probe.target)) {
      outbox.send(
          turn,
          new Route.Link(probe.target),
          target,
          Body.Ping.to(probe.target, probe.sequence),
          accusation(target));
    }
  }

  /**
   * Answers.
   *
   * @param entry the sender, if it is known
   * @param introduced whether the sender said who it is: then it may know as little of this node
   */
  void onPing(
      Turn turn,
      Route route,
      NodeId sender,
      @Nullable MemberEntry entry,
      Body.Ping ping,
      boolean introduced) {
    if (ping.target() != 0 && ping.target() != Body.Ping.mark(members.self().id())) {
      return; // meant for somebody who had this address before
    }
    MemberItem first = entry == null ? null : ofSender(route, entry);
    Body ack = new Body.Ack(ping.sequence(), locator.told(route));
    if (introduced || entry == null) {
      outbox.introduce(turn, route, sender, ack, first);
    } else {
      outbox.send(turn, route, entry, ack, first);
    }
  }

  /** What it should know is believed of it: that it is suspected, or lives at another address. */
  private @Nullable MemberItem ofSender(Route route, MemberEntry entry) {
    return route instanceof Route.Datagram d && !d.from().equals(entry.item.address())
        ? entry.item
        : accusation(entry);
  }

  void onPingRequest(Turn turn, Route route, NodeId sender, Body.PingRequest request) {
    if (!relays.full()) {
      relays.ping(turn, route, sender, request, nextSequence());
    }
  }

  void onNack(Turn turn, NodeId sender, long seq) {
    Probe probe = probes.find(seq);
    if (probe == null || !probe.nack(sender)) {
      return; // it was not asked, or has said so before
    }
    MemberEntry target = members.get(probe.target);
    if (probe.reason != Probe.Reason.HEARSAY
        && config.detector().witnesses()
        && target != null
        && target.rttMillis() < relays.patienceMillis()) {
      probeBeside(turn);
    }
  }

  /**
   * Where one has fallen, as another found too, others may have, with the same rack or the same
   * switch. Who hears nobody has no such word, and does not take its own deafness for that.
   */
  private void probeBeside(Turn turn) {
    if (turn.nowNanos() < nextBesideNanos) {
      return;
    }
    nextBesideNanos = turn.in(config.probeIntervalMillis() * intervalsPerProbe());
    for (int i = 0; i < BESIDE; i++) {
      MemberEntry next = round.next();
      if (next != null && !probes.ask(next)) {
        probe(turn, next, Probe.Reason.BESIDE);
      }
    }
  }

  /**
   * Whether the answer was to a probe, this node's own or one for somebody else.
   *
   * @param entry the sender, if it is known
   */
  boolean onAck(Turn turn, Route route, NodeId sender, @Nullable MemberEntry entry, Body.Ack ack) {
    Probe probe = probes.find(ack.sequence());
    if (probe == null) {
      return relays.passOn(turn, sender, ack.sequence());
    }
    probes.remove(probe);
    if (probe.reason == Probe.Reason.TURN && !probe.over) {
      health.better();
      // In time, or by the link: blocked datagrams are another illness than hearing little.
      if (!probe.asked || route instanceof Route.Link) {
        restraint.answered();
      } else {
        restraint.unanswered(turn.nowNanos());
      }
    }
    if (entry == null || !probe.target.equals(sender)) {
      return true;
    }
    entry.introduced |=
        probe.introduction != null
            && probe.introduction.equals(members.self())
            && entry.item.generation() == probe.generation;
    switch (route) {
      case Route.Datagram d -> {
        double millis = (turn.nowNanos() - probe.sentNanos) / NANOS_PER_MILLI;
        locator.measured(entry, millis, ack.coordinate());
        reachability(turn, entry, false);
      }
      case Route.Link l -> reachability(turn, entry, true);
    }
    return true;
  }

  /**
   * A member whose datagrams are lost while its link works is alive, but it is worth saying; not of
   * a datagram or two, which may well be lost on any path.
   */
  private void reachability(Turn turn, MemberEntry entry, boolean byLink) {
    if (byLink == entry.linkOnly) {
      entry.contrary = 0;
    } else if (++entry.contrary == ANSWERS_OF_A_PATH) {
      entry.contrary = 0;
      entry.linkOnly = byLink;
      String cause =
          byLink ? "answers over its link only: its UDP seems blocked" : "answers by UDP again";
      turn.out().emit(new GossipEvent.MemberUpdated(members.view(entry), cause));
    }
  }

  /** A ping over the link to somebody of whom nothing is known. */
  long greetByLink(Turn turn, NodeId peer) {
    long seq = nextSequence();
    outbox.send(turn, new Route.Link(peer), peer, Body.Ping.to(peer, seq), null);
    return seq;
  }

  /**
   * A ping to somebody of whom nothing is expected: a failed member, or whoever is at an address.
   */
  long greet(Turn turn, PeerAddress to, @Nullable MemberEntry entry) {
    long seq = nextSequence();
    NodeId id = entry == null ? null : entry.id();
    MemberItem first = entry == null ? null : accusation(entry);
    outbox.datagram(turn, to, id, Body.Ping.to(id, seq), first);
    if (id != null && outbox.linked(id)) {
      outbox.send(turn, new Route.Link(id), id, Body.Ping.to(id, seq), first);
    }
    return seq;
  }
}
