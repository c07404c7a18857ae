package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes messages, fills them up with news, and sends them by datagram or link. */
final class Outbox {
  /** The largest message over a link; what is more is asked for again. */
  static final int LINK_BUDGET_BYTES = 1 << 20;

  private final GossipConfig config;
  private final Members members;
  private final News news;
  private final Agenda agenda;
  private final GossipCodec codec;
  private final TreeSet<NodeId> links = new TreeSet<>();

  Outbox(GossipConfig config, GossipCodec codec, Members members, News news, Agenda agenda) {
    this.config = config;
    this.codec = codec;
    this.members = members;
    this.news = news;
    this.agenda = agenda;
  }

  void linkUp(NodeId peer) {
    links.add(peer);
  }

  void linkDown(NodeId peer) {
    links.remove(peer);
  }

  boolean linked(NodeId peer) {
    return links.contains(peer);
  }

  /** Sends a small message with news, by the given way. {@code first} goes before all news. */
  void send(
      Turn turn, Route route, @Nullable NodeId receiver, Body body, @Nullable MemberItem first) {
    MemberEntry known = receiver == null ? null : members.get(receiver);
    send(turn, route, receiver, members.own().itemFor(known), body, first);
  }

  /** As {@link #send}, to a member. */
  void send(Turn turn, Route route, MemberEntry to, Body body, @Nullable MemberItem first) {
    send(turn, route, to.id(), members.own().itemFor(to), body, first);
  }

  /** As {@link #send}, saying whatever the receiver may know already who this node is. */
  void introduce(
      Turn turn, Route route, @Nullable NodeId receiver, Body body, @Nullable MemberItem first) {
    send(turn, route, receiver, members.self(), body, first);
  }

  private void send(
      Turn turn,
      Route route,
      @Nullable NodeId receiver,
      @Nullable MemberItem self,
      Body body,
      @Nullable MemberItem first) {
    Draft draft = new Draft(codec, self, body, config.datagramBudgetBytes());
    if (first != null) {
      draft.addFirst(first);
    }
    if (agenda.tidings()) {
      news.fill(draft, receiver, members.clusterSize());
    }
    send(turn, route, draft.encode(body));
  }

  /** Sends this and nothing else, not a word of who this node is: it may fill a datagram. */
  void sendAlone(Turn turn, MemberEntry to, Body body) {
    Draft draft = new Draft(codec, null, body, budgetBytes(to.id()));
    send(turn, routeTo(to), draft.encode(body));
  }

  void datagram(
      Turn turn, PeerAddress to, @Nullable NodeId receiver, Body body, @Nullable MemberItem first) {
    send(turn, new Route.Datagram(to), receiver, body, first);
  }

  void datagram(Turn turn, MemberEntry to, Body body, @Nullable MemberItem first) {
    send(turn, new Route.Datagram(to.item.address()), to, body, first);
  }

  /** The link if there is one: a path may lose all datagrams. */
  Route routeTo(MemberEntry peer) {
    return route(peer.id(), peer.item.address());
  }

  private Route route(NodeId receiver, PeerAddress address) {
    return linked(receiver) ? new Route.Link(receiver) : new Route.Datagram(address);
  }

  /** An empty message with the largest budget for this receiver. */
  Draft draft(NodeId receiver, Body body) {
    return new Draft(codec, members.self(), body, budgetBytes(receiver));
  }

  /** How large a message to this receiver may be. */
  int budgetBytes(NodeId receiver) {
    return linked(receiver) ? LINK_BUDGET_BYTES : config.datagramBudgetBytes();
  }

  /** Sends a finished message: over the link that {@link #draft} has seen, else by datagram. */
  void sendDraft(Turn turn, NodeId receiver, PeerAddress address, Draft draft, Body body) {
    send(turn, route(receiver, address), draft.encode(body));
  }

  private static void send(Turn turn, Route route, byte[] bytes) {
    switch (route) {
      case Route.Datagram d -> turn.out().sendDatagram(d.from(), bytes);
      case Route.Link l -> turn.out().sendLink(l.peer(), bytes);
    }
  }
}
