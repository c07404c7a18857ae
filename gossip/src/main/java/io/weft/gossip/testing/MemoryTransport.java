package io.weft.gossip.testing;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.NodeId;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node's end of a {@link MemoryNetwork}. */
public final class MemoryTransport implements Transport {
  private final MemoryNetwork network;
  private final PeerAddress address;
  private final @Nullable NodeId member;
  private final TreeMap<Long, MemoryLink> links = new TreeMap<>();
  private @Nullable TransportListener listener;
  private long nextAcceptedId = 1;

  MemoryTransport(MemoryNetwork network, PeerAddress address, @Nullable NodeId member) {
    this.network = network;
    this.address = address;
    this.member = member;
  }

  @Override
  public void start(TransportListener newListener) {
    network.listen(this);
    listener = newListener;
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] payload) {
    if (listener != null && payload.length <= MAX_DATAGRAM_BYTES) {
      network.datagram(address, to, payload);
    }
  }

  @Override
  public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
    network.dial(this, linkId, to, expected);
  }

  @Override
  public void send(long linkId, Channel channel, byte[] payload) {
    if (payload.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a message of " + payload.length + " bytes; at most " + MAX_MESSAGE_BYTES);
    }
    MemoryLink link = links.get(linkId);
    if (link != null) {
      link.send(this, channel, payload);
    }
  }

  @Override
  public void close(long linkId) {
    MemoryLink link = links.get(linkId);
    if (link != null) {
      link.end("closed by one side");
    }
  }

  @Override
  public PeerAddress localAddress() {
    return address;
  }

  @Override
  public void close() {
    listener = null;
    network.gone(this);
    links.clear();
  }

  @Nullable NodeId member() {
    return member;
  }

  long nextAcceptedId() {
    long id = nextAcceptedId;
    nextAcceptedId += 2;
    return id;
  }

  boolean linkOpened(long linkId, MemoryLink link) {
    if (listener == null) {
      return false;
    }
    links.put(linkId, link);
    return true;
  }

  void linkClosed(long linkId, String cause) {
    if (links.remove(linkId) != null) {
      deliver(l -> l.closed(linkId, cause));
    }
  }

  void dialFailed(long linkId, String cause) {
    deliver(l -> l.dialFailed(linkId, cause));
  }

  void deliver(Consumer<TransportListener> call) {
    TransportListener current = listener;
    if (current != null) {
      call.accept(current);
    }
  }
}
