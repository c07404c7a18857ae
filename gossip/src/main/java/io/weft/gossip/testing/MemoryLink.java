package io.weft.gossip.testing;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A link between two transports of a {@link MemoryNetwork}: ordered, without loss. What is sent
 * over a cut waits, as with TCP's retransmissions, and comes after the heal, unless the link is
 * found dead before.
 */
final class MemoryLink {
  /** How often what waits behind a cut is tried again. */
  static final long RETRY_MILLIS = 200;

  private final MemoryNetwork network;
  private final Way toAcceptor;
  private final Way toDialer;
  private boolean open = true;

  /** One direction: what is on its way, in order. */
  private final class Way {
    final MemoryTransport from;
    final MemoryTransport to;
    final long idAtReceiver;
    final Deque<Consumer<TransportListener>> pending = new ArrayDeque<>();
    long lastArrivalNanos;

    Way(MemoryTransport from, MemoryTransport to, long idAtReceiver) {
      this.from = from;
      this.to = to;
      this.idAtReceiver = idAtReceiver;
    }

    boolean cut() {
      return !network.reachable(from.localAddress(), to.localAddress());
    }

    void put(Consumer<TransportListener> call) {
      pending.addLast(call);
      // Never before what was sent earlier: a link keeps its order.
      lastArrivalNanos = Math.max(lastArrivalNanos, network.nowNanos() + network.delayNanos());
      network.at(lastArrivalNanos, this::deliver);
    }

    void deliver() {
      if (cut() && open) {
        network.after(RETRY_MILLIS, this::deliver);
        return;
      }
      Consumer<TransportListener> call = pending.pollFirst();
      if (call != null) {
        to.deliver(call);
      }
    }
  }

  MemoryLink(
      MemoryNetwork network, MemoryTransport dialer, long dialerId, MemoryTransport acceptor) {
    this.network = network;
    this.toAcceptor = new Way(dialer, acceptor, acceptor.nextAcceptedId());
    this.toDialer = new Way(acceptor, dialer, dialerId);
  }

  void open() {
    NodeId accepting = toAcceptor.to.member();
    MemoryTransport dialer = toDialer.to;
    long acceptorId = toAcceptor.idAtReceiver;
    long dialerId = toDialer.idAtReceiver;
    if (accepting == null || !dialer.linkOpened(dialerId, this)) {
      network.forget(this);
      return; // the dialer was closed meanwhile
    }
    toAcceptor.to.linkOpened(acceptorId, this);
    NodeId dialing = dialer.member();
    PeerAddress from = dialer.localAddress();
    if (dialing == null) {
      toAcceptor.to.deliver(l -> l.acceptedAnonymous(acceptorId, from));
    } else {
      toAcceptor.to.deliver(l -> l.accepted(acceptorId, dialing, from));
    }
    toDialer.put(l -> l.dialed(dialerId, accepting));
  }

  boolean joins(PeerAddress a, PeerAddress b) {
    PeerAddress x = toAcceptor.from.localAddress();
    PeerAddress y = toAcceptor.to.localAddress();
    return (x.equals(a) && y.equals(b)) || (x.equals(b) && y.equals(a));
  }

  void send(MemoryTransport from, Channel channel, byte[] payload) {
    Way way = from == toAcceptor.from ? toAcceptor : toDialer;
    if (!open || !MemoryNetwork.allowed(from.member(), channel)) {
      return;
    }
    if (from.member() == null && payload.length > Transport.MAX_ANONYMOUS_MESSAGE_BYTES) {
      end("the message is longer than a peer without a certificate may send");
      return;
    }
    if (way.cut()) {
      network.after(MemoryNetwork.DEAD_LINK_MILLIS, this::breakIfCut);
    }
    byte[] copy = payload.clone();
    way.put(l -> l.message(way.idAtReceiver, channel, copy));
  }

  /** Called some time after a cut was seen: a link that is still cut is dead. */
  void breakIfCut() {
    if (toAcceptor.cut() || toDialer.cut()) {
      end("no sign of life from the peer");
    }
  }

  void endOf(MemoryTransport one, String cause) {
    if (one == toAcceptor.from || one == toAcceptor.to) {
      end(cause);
    }
  }

  void end(String cause) {
    if (!open) {
      return;
    }
    open = false;
    network.forget(this);
    end(toAcceptor, cause);
    end(toDialer, cause);
  }

  private void end(Way way, String cause) {
    if (way.cut()) {
      way.pending.clear();
    }
    way.lastArrivalNanos =
        Math.max(way.lastArrivalNanos, network.nowNanos() + network.delayNanos());
    network.at(way.lastArrivalNanos, () -> way.to.linkClosed(way.idAtReceiver, cause));
  }
}
