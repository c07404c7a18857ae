package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipCounts;
import io.weft.gossip.core.GossipEffects;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.transport.Channel;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.keyring.Opened;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Feeds the gossip core, seals and opens its datagrams. What the core tells leads to further inputs
 * for it (a member that left is no longer linked); both wait their turn, so that the core is never
 * stepped from within its own step.
 */
final class GossipDesk {
  private final HostContext context;
  private final GossipKeyring keyring;
  private final GossipCore core;
  private final Links links;
  private final Consumer<GossipEvent> listener;
  private final Predicate<NodeId> shutOut;
  private final Deque<GossipInput> inputs = new ArrayDeque<>();
  private final Deque<GossipEvent> news = new ArrayDeque<>();
  private final TreeMap<String, Long> rejected = new TreeMap<>();
  private boolean stepping;

  private final GossipEffects effects =
      new GossipEffects() {
        @Override
        public void sendDatagram(PeerAddress to, byte[] payload) {
          context.out().sendDatagram(to, keyring.seal(payload));
        }

        @Override
        public void sendLink(NodeId to, byte[] payload) {
          links.send(to, Channel.GOSSIP, payload);
        }

        @Override
        public void emit(GossipEvent event) {
          news.addLast(event);
        }
      };

  GossipDesk(
      HostContext context,
      GossipKeyring keyring,
      GossipCore core,
      Links links,
      Consumer<GossipEvent> listener,
      Predicate<NodeId> shutOut) {
    this.context = context;
    this.keyring = keyring;
    this.core = core;
    this.links = links;
    this.listener = listener;
    this.shutOut = shutOut;
  }

  void step(GossipInput input) {
    inputs.addLast(input);
    if (stepping) {
      return;
    }
    stepping = true;
    while (!inputs.isEmpty() || !news.isEmpty()) {
      if (!news.isEmpty()) {
        listener.accept(news.removeFirst());
      } else {
        core.step(context.now(), inputs.removeFirst(), effects);
      }
    }
    stepping = false;
  }

  void datagram(PeerAddress from, byte[] sealed) {
    switch (keyring.open(sealed)) {
      case Opened.Rejected r -> rejected.merge(r.cause().name(), 1L, Long::sum);
      case Opened.Accepted a -> {
        if (shutOut.test(a.sender())) {
          rejected.merge("SENDER_REVOKED", 1L, Long::sum);
        } else {
          step(new GossipInput.DatagramReceived(from, a.sender(), a.payload()));
        }
      }
    }
  }

  void runDue() {
    if (core.nextDeadlineNanos() <= context.now()) {
      step(new GossipInput.Timer());
    }
  }

  long nextDeadlineNanos() {
    return core.nextDeadlineNanos();
  }

  GossipCounts counts() {
    return core.counts();
  }

  SortedMap<String, Long> rejected() {
    TreeMap<String, Long> counts = new TreeMap<>(rejected);
    core.malformed().forEach((cause, count) -> counts.put("MALFORMED_" + cause, count));
    if (core.refusedCoordinates() > 0) {
      counts.put("MALFORMED_COORDINATE", core.refusedCoordinates());
    }
    return counts;
  }
}
