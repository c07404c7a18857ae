package io.weft.gossip.core;

import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what peers send, counts what is not a message, and hands each part to whom it concerns. */
final class Receiver {
  private final GossipCodec codec;
  private final Members members;
  private final Prober prober;
  private final Contacts contacts;
  private final Sync sync;
  private final UserTraffic users;
  private final CatchUp catchUp;
  private final Broadcasts broadcasts;
  private final Notary notary;
  private final Restraint restraint;
  private final Agenda agenda;
  private final EnumMap<Decoded.Cause, Long> malformed = new EnumMap<>(Decoded.Cause.class);

  Receiver(
      GossipCodec codec,
      Members members,
      Prober prober,
      Contacts contacts,
      Sync sync,
      UserTraffic users,
      CatchUp catchUp,
      Broadcasts broadcasts,
      Notary notary,
      Restraint restraint,
      Agenda agenda) {
    this.codec = codec;
    this.members = members;
    this.prober = prober;
    this.contacts = contacts;
    this.sync = sync;
    this.users = users;
    this.catchUp = catchUp;
    this.broadcasts = broadcasts;
    this.notary = notary;
    this.restraint = restraint;
    this.agenda = agenda;
  }

  /** How many messages, or items of them, were dropped as malformed, by cause. */
  Map<Decoded.Cause, Long> malformed() {
    EnumMap<Decoded.Cause, Long> all = new EnumMap<>(malformed);
    if (members.implausible() > 0) {
      all.put(Decoded.Cause.IMPLAUSIBLE, members.implausible());
    }
    if (notary.forged() > 0) {
      all.put(Decoded.Cause.FORGED, notary.forged());
    }
    return all;
  }

  /**
   * Takes a message.
   *
   * @param from who sealed it, or whose link it came over
   * @param leaving then it is read, but not answered
   */
  void receive(Turn turn, Route route, byte[] payload, NodeId from, boolean leaving) {
    // Looked for before the message is read: the processor waits for the one while it does the
    // other.
    MemberEntry known = members.get(from);
    switch (codec.decode(payload)) {
      case Decoded.Malformed m -> count(m.cause());
      case Decoded.Message m -> {
        MemberItem sender = m.envelope().sender();
        if (sender != null && !from.equals(sender.id())) {
          // Who vouches for it and who speaks must be one: replays are counted by who sealed.
          count(Decoded.Cause.WRONG_SENDER);
        } else if (from.equals(members.self().id())) {
          return;
        } else if (known != null || (sender != null && !members.forgotten(sender))) {
          handle(turn, route, from, known, m.envelope(), leaving);
        } else if (sender == null && !leaving && m.envelope().body() instanceof Body.Ping ping) {
          // It was told of a former life of this node: the answer tells it of this one.
          prober.onPing(turn, route, from, null, ping, false);
        }
      }
    }
  }

  private void count(Decoded.Cause cause) {
    malformed.merge(cause, 1L, Long::sum);
  }

  private void handle(
      Turn turn,
      Route route,
      NodeId sender,
      @Nullable MemberEntry known,
      Envelope envelope,
      boolean leaving) {
    MemberItem item = envelope.sender();
    if (item != null) {
      members.merge(turn, item, Members.Source.NEWS, sender);
    }
    MemberEntry entry = known == null ? members.get(sender) : known;
    if (entry != null) {
      entry.heardNanos = turn.nowNanos();
    }
    Members.Source source = isTable(envelope.body()) ? Members.Source.TABLE : Members.Source.NEWS;
    for (MemberItem other : envelope.members()) {
      if (!other.id().equals(sender)) {
        members.merge(turn, other, source, sender);
      }
    }
    List<NodeId> advanced = sync.take(turn, sender, envelope.deltas());
    if (!agenda.joined) {
      broadcasts.joined();
    }
    if (!envelope.users().isEmpty()) {
      users.take(turn, sender, envelope.users());
    }
    if (!leaving) {
      answer(turn, route, sender, entry, envelope, advanced);
    }
  }

  private void answer(
      Turn turn,
      Route route,
      NodeId sender,
      @Nullable MemberEntry entry,
      Envelope envelope,
      List<NodeId> advanced) {
    MemberItem item = envelope.sender();
    switch (envelope.body()) {
      case Body.Ping p -> prober.onPing(turn, route, sender, entry, p, item != null);
      case Body.PingRequest r -> prober.onPingRequest(turn, route, sender, r);
      case Body.Nack n -> prober.onNack(turn, sender, n.sequence());
      case Body.Ack a -> {
        boolean awaited = prober.onAck(turn, route, sender, entry, a);
        if (!awaited && contacts.answered(a.sequence())) {
          if (members.roster().presentCount() == 0) {
            restraint.answered(); // nobody is probed: else it could never find itself well
          }
          if (entry != null && entry.present()) {
            sync.digest(turn, entry);
          }
        }
      }
      case Body.News n -> {}
      case Body.Summary s -> sync.onSummary(turn, sender, s);
      case Body.Reply r -> users.onReply(turn, sender, r);
      case Body.Holdings h -> catchUp.onHoldings(turn, sender, h);
      case Body.Digest d -> {
        catchUp.offer(turn, sender);
        if (item != null) {
          sync.onDigest(turn, route, item, envelope.members(), d);
        }
      }
      case Body.Delta d -> {
        catchUp.offer(turn, sender);
        if (item != null) {
          sync.onDelta(turn, route, item, d, advanced);
        }
      }
    }
  }

  /** Whether it is what a peer holds, not what is new. */
  private static boolean isTable(Body body) {
    return switch (body) {
      case Body.Digest d -> true;
      case Body.Delta d -> true;
      case Body.Ping p -> false;
      case Body.Ack a -> false;
      case Body.Nack n -> false;
      case Body.PingRequest r -> false;
      case Body.News n -> false;
      case Body.Summary s -> false;
      case Body.Reply r -> false;
      case Body.Holdings h -> false;
    };
  }
}
