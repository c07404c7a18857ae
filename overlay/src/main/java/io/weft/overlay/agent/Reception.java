package io.weft.overlay.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Who may speak to this host over a link, and which part what is said is for. */
final class Reception {
  private final HostContext context;
  private final Links links;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final RegistryFeed feed;
  private final EngineKeeper keeper;
  private final KeyringDesk keyringDesk;
  private final TunnelDesk tunnels;
  private final JoinDesk joins;
  private final Consumer<GossipInput> gossip;
  private final TreeMap<String, Long> rejected = new TreeMap<>();

  Reception(
      HostContext context,
      Links links,
      Voters voters,
      RegistryMirror mirror,
      Registrar registrar,
      RegistryFeed feed,
      EngineKeeper keeper,
      KeyringDesk keyringDesk,
      TunnelDesk tunnels,
      JoinDesk joins,
      Consumer<GossipInput> gossip) {
    this.context = context;
    this.links = links;
    this.voters = voters;
    this.mirror = mirror;
    this.registrar = registrar;
    this.feed = feed;
    this.keeper = keeper;
    this.keyringDesk = keyringDesk;
    this.tunnels = tunnels;
    this.joins = joins;
    this.gossip = gossip;
  }

  /** A link that this host dialled is open. */
  void dialed(HostInput.Dialed link) {
    if (mirror.view().revoked(link.peer())) {
      context.out().closeLink(link.linkId());
      links.step(new LinkInput.DialFailed(link.linkId(), "the peer's identity is revoked"));
    } else {
      links.step(new LinkInput.Dialed(link.linkId(), link.peer()));
    }
  }

  /** A member opened a link. */
  void accepted(HostInput.Accepted link) {
    if (mirror.view().revoked(link.peer())) {
      rejected.merge("LINK_OF_REVOKED", 1L, Long::sum);
      context.out().closeLink(link.linkId());
    } else {
      links.step(new LinkInput.Accepted(link.linkId(), link.peer(), link.from()));
    }
  }

  /** Who came without a certificate may ask to join, and nothing else. */
  void message(long linkId, Channel channel, byte[] bytes) {
    NodeId peer = links.peerOf(linkId);
    if (channel == Channel.JOIN) {
      if (peer == null) {
        joins.message(linkId, bytes);
      }
      return;
    }
    if (peer == null) {
      return;
    }
    switch (channel) {
      case GOSSIP -> gossip.accept(new GossipInput.LinkMessage(peer, bytes));
      case RAFT -> raftMessage(peer, bytes);
      case REGISTRY -> registryMessage(peer, bytes);
      case TUNNEL -> tunnels.message(peer, bytes);
      case JOIN -> {}
    }
  }

  /**
   * Only hosts that may vote speak to the engine: another could disturb the log. One that was voted
   * out while it was away may still say that it wants out, and so hears that it is.
   */
  private void raftMessage(NodeId peer, byte[] bytes) {
    RegistryView view = mirror.view();
    if (view.created()
        && !view.wantedVoters().contains(peer)
        && !voters.status().voterIds().contains(peer)
        && !keeper.joins(peer)) {
      rejected.merge("RAFT_FROM_NO_VOTER", 1L, Long::sum);
      context.out().engineReceiveFromOutside(peer, bytes);
      return;
    }
    context.out().engineReceive(peer, bytes);
  }

  private void registryMessage(NodeId peer, byte[] bytes) {
    RegistryMessage message;
    try {
      message = RegistryMessage.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      rejected.merge("MALFORMED_REGISTRY_MESSAGE", 1L, Long::sum);
      return;
    }
    switch (message.getBodyCase()) {
      case SUBMIT -> registrar.forward(peer, message.getSubmit());
      case SUBMIT_REPLY -> registrar.replied(peer, message.getSubmitReply());
      case WATCH -> feed.watch(peer, message.getWatch());
      case ENTRIES -> feed.entries(peer, message.getEntries());
      case SNAPSHOT -> feed.snapshot(peer, message.getSnapshot());
      case FORWARDED_JOIN -> joins.forwarded(peer, message.getForwardedJoin());
      case FORWARDED_JOIN_REPLY -> joins.forwardReply(peer, message.getForwardedJoinReply());
      case KEYRING_ASK -> keyringDesk.asked(peer, message.getKeyringAsk());
      case KEYRING -> {
        if (!keyringDesk.given(message.getKeyring())) {
          rejected.merge("MALFORMED_KEYRING", 1L, Long::sum);
        }
      }
      case BODY_NOT_SET -> {}
    }
  }

  /** Links and messages that were refused, by cause. */
  SortedMap<String, Long> rejected() {
    return Collections.unmodifiableSortedMap(rejected);
  }
}
