package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.link.LinkEffects;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.security.identity.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which link leads to which peer; messages go by peer, the transport knows only links. */
final class Links {
  /** Who hears of links that come and go. */
  interface Listener {
    void linkUp(NodeId peer);

    void linkDown(NodeId peer, String cause);
  }

  private final HostContext context;
  private final LinkCore core;
  private final Listener listener;
  private final TreeMap<NodeId, Long> linkOf = new TreeMap<>();

  /** Every open link of a member, also one that is not, or no longer, the chosen one. */
  private final TreeMap<Long, NodeId> peerOf = new TreeMap<>();

  /**
   * What the listener hears leads to further inputs; both wait their turn, so that the core is
   * never stepped from within its own step.
   */
  private final Deque<LinkInput> inputs = new ArrayDeque<>();

  private final Deque<Runnable> news = new ArrayDeque<>();

  /** The newest dial of each seed, whose peer is unknown, and why the one before it failed. */
  private record SeedDial(long linkId, String lastCause) {}

  /** As many as the core has seeds; those that answer go. */
  private final TreeMap<PeerAddress, SeedDial> seedDials = new TreeMap<>();

  private boolean stepping;

  private final LinkEffects effects =
      new LinkEffects() {
        @Override
        public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
          if (expected == null) {
            seedDials.put(to, new SeedDial(linkId, lastCause(to)));
          }
          context.out().dial(linkId, to, expected);
        }

        @Override
        public void close(long linkId) {
          context.out().closeLink(linkId);
        }

        @Override
        public void linkUp(NodeId peer, long linkId) {
          if (linkOf.put(peer, linkId) == null) {
            news.addLast(() -> listener.linkUp(peer));
          }
        }

        @Override
        public void linkDown(NodeId peer, String cause) {
          if (linkOf.remove(peer) != null) {
            news.addLast(() -> listener.linkDown(peer, cause));
          }
        }
      };

  Links(HostContext context, Listener listener) {
    this.context = context;
    this.listener = listener;
    this.core = new LinkCore(context.options.gossip(), context.self, context.random);
  }

  void step(LinkInput input) {
    switch (input) {
      case LinkInput.Dialed d -> {
        peerOf.put(d.linkId(), d.peer());
        seedDials.values().removeIf(dial -> dial.linkId() == d.linkId());
      }
      case LinkInput.Accepted a -> peerOf.put(a.linkId(), a.peer());
      case LinkInput.Closed c -> peerOf.remove(c.linkId());
      case LinkInput.Want w -> {}
      case LinkInput.Unwant u -> {}
      case LinkInput.Seed s -> {}
      case LinkInput.DialFailed f -> seedFailed(f);
      case LinkInput.Evidence e -> {}
      case LinkInput.Timer t -> {}
    }
    inputs.addLast(input);
    if (stepping) {
      return;
    }
    stepping = true;
    while (!inputs.isEmpty() || !news.isEmpty()) {
      if (!inputs.isEmpty()) {
        core.step(context.now(), inputs.removeFirst(), effects);
      } else {
        news.removeFirst().run();
      }
    }
    stepping = false;
  }

  /**
   * A seed is in no list of peers, so that its failures would be seen nowhere: a seed of another
   * cluster, for example. Each cause is told once until it changes.
   */
  private void seedFailed(LinkInput.DialFailed failed) {
    for (Map.Entry<PeerAddress, SeedDial> entry : seedDials.entrySet()) {
      SeedDial dial = entry.getValue();
      if (dial.linkId() == failed.linkId() && !dial.lastCause().equals(failed.cause())) {
        entry.setValue(new SeedDial(dial.linkId(), failed.cause()));
        context.event("seed-failed", entry.getKey().toString(), failed.cause());
      }
    }
  }

  private String lastCause(PeerAddress seed) {
    SeedDial before = seedDials.get(seed);
    return before == null ? "" : before.lastCause();
  }

  /** The member at the other end, or null when the link is unknown or a joiner's. */
  @Nullable NodeId peerOf(long linkId) {
    return peerOf.get(linkId);
  }

  /** The members that there is a link to, by id. */
  List<NodeId> up() {
    return List.copyOf(linkOf.keySet());
  }

  boolean isUp(NodeId peer) {
    return linkOf.containsKey(peer);
  }

  /** Ends every link with a peer that is shut out; what still comes on one of them is ignored. */
  void cut(NodeId peer) {
    step(new LinkInput.Unwant(peer));
    for (var link : List.copyOf(peerOf.entrySet())) {
      if (link.getValue().equals(peer)) {
        context.out().closeLink(link.getKey());
        step(new LinkInput.Closed(link.getKey(), "the peer's identity is revoked"));
      }
    }
  }

  /** Sends, or says false when there is no link. */
  boolean send(NodeId peer, Channel channel, byte[] bytes) {
    Long link = linkOf.get(peer);
    if (link == null) {
      return false;
    }
    if (bytes.length > Transport.MAX_MESSAGE_BYTES) {
      // Never an exception in a step: whoever sends so much has to live without an answer.
      context.event(
          "message-too-large", peer.shortForm(), channel + ", " + bytes.length + " bytes");
      return false;
    }
    context.out().sendLink(link, channel, bytes);
    return true;
  }

  LinkCore core() {
    return core;
  }
}
