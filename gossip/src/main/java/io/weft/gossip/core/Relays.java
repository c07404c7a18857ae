package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.wire.Body;
import io.weft.security.identity.NodeId;
import java.util.Iterator;
import java.util.TreeMap;

/**
 * Pings for others: a member that gets no answer from another asks some to try (SWIM, section 3.1).
 * Who was asked passes the answer on, and says so while it has none itself (Lifeguard, section
 * IV-A).
 */
final class Relays {
  /** The most pings for others that wait for an answer. */
  static final int MAX_RELAYS = 1_024;

  /** A node asked to ping says that it has no answer yet after this share of the timeout. */
  private static final double NACK_SHARE = 0.8;

  /** Answers to a ping for somebody else are passed on for this many probe intervals. */
  private static final int RELAY_INTERVALS = 4;

  private static final class Relay {
    final Route requester;
    final NodeId requesterId;
    final NodeId target;
    final long sequence;
    final long nackNanos;
    final long endNanos;
    boolean nacked;

    Relay(
        Route requester,
        NodeId requesterId,
        NodeId target,
        long sequence,
        long nackNanos,
        long endNanos) {
      this.requester = requester;
      this.requesterId = requesterId;
      this.target = target;
      this.sequence = sequence;
      this.nackNanos = nackNanos;
      this.endNanos = endNanos;
    }
  }

  private final GossipConfig config;
  private final Outbox outbox;
  private final Agenda agenda;

  /** By the numbers of this node's own pings. */
  private final TreeMap<Long, Relay> relays = new TreeMap<>();

  Relays(GossipConfig config, Outbox outbox, Agenda agenda) {
    this.config = config;
    this.outbox = outbox;
    this.agenda = agenda;
  }

  /** How long whoever pings for another waits before it says that there is no answer yet. */
  long patienceMillis() {
    return (long) (config.probeTimeoutMillis() * NACK_SHARE);
  }

  boolean full() {
    return relays.size() >= MAX_RELAYS;
  }

  /**
   * Pings somebody for another member.
   *
   * @param seq the number of this node's ping
   */
  void ping(Turn turn, Route route, NodeId sender, Body.PingRequest request, long seq) {
    long nackMillis = patienceMillis();
    relays.put(
        seq,
        new Relay(
            route,
            sender,
            request.target(),
            request.sequence(),
            turn.in(nackMillis),
            turn.in(RELAY_INTERVALS * config.probeIntervalMillis())));
    agenda.relaysNanos = Math.min(agenda.relaysNanos, turn.in(nackMillis));
    outbox.datagram(
        turn, request.address(), request.target(), Body.Ping.to(request.target(), seq), null);
  }

  /** Whether an answer was to one of them: then it is passed on. */
  boolean passOn(Turn turn, NodeId sender, long seq) {
    Relay relay = relays.get(seq);
    if (relay == null || !relay.target.equals(sender)) {
      return false;
    }
    relays.remove(seq);
    reckon();
    outbox.send(turn, relay.requester, relay.requesterId, new Body.Ack(relay.sequence), null);
    return true;
  }

  /** Says of those that are not answered that they are not, and forgets the oldest. */
  void runDue(Turn turn) {
    for (Iterator<Relay> it = relays.values().iterator(); it.hasNext(); ) {
      Relay r = it.next();
      if (!r.nacked && r.nackNanos <= turn.nowNanos()) {
        r.nacked = true;
        outbox.send(turn, r.requester, r.requesterId, new Body.Nack(r.sequence), null);
      }
      if (r.endNanos <= turn.nowNanos()) {
        it.remove();
      }
    }
    reckon();
  }

  private void reckon() {
    agenda.relaysNanos = Long.MAX_VALUE;
    for (Relay r : relays.values()) {
      agenda.relaysNanos = Math.min(agenda.relaysNanos, r.nacked ? r.endNanos : r.nackNanos);
    }
  }
}
