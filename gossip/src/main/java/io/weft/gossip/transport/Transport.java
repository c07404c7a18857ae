package io.weft.gossip.transport;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams and authenticated links. No method blocks for the network, and none throws for what the
 * network does: failures come to the {@link TransportListener}.
 */
public interface Transport extends AutoCloseable {

  /** The largest message of a link, in bytes. */
  int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /** The largest message from a peer without a certificate, in bytes. */
  int MAX_ANONYMOUS_MESSAGE_BYTES = 64 * 1024;

  /**
   * The largest datagram that is taken, in bytes; what is safe on the path is the sender's
   * business.
   */
  int MAX_DATAGRAM_BYTES = 16 * 1024;

  /** Begins to listen. The listener is called on transport threads and must only enqueue. */
  void start(TransportListener listener);

  /** Sends a datagram, or loses it. */
  void sendDatagram(PeerAddress to, byte[] payload);

  /**
   * Opens a link; {@link TransportListener#dialed} or {@link TransportListener#dialFailed} follows
   * with the same id.
   *
   * @param linkId even, below 2^62, never used before; the ids of accepted links are odd
   * @param expected who must be there; another identity fails the dial. Null takes any member of
   *     the cluster
   */
  void dial(long linkId, PeerAddress to, @Nullable NodeId expected);

  /**
   * Sends a message on an open link, in order. Unknown or closed links drop it. A link whose peer
   * drains too slowly is closed (its outbound queue is bounded).
   */
  void send(long linkId, Channel channel, byte[] payload);

  /**
   * Closes a link, after what was sent before. {@link TransportListener#closed} follows unless it
   * is closed already.
   */
  void close(long linkId);

  /** Where it listens, with the true port. */
  PeerAddress localAddress();

  /** Closes all; the listener is not called any more when this returns. */
  @Override
  void close();
}
