package io.weft.simulator.network;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.security.identity.NodeId;

/** A host as the {@link Fabric} sees it. All calls come at the network's virtual time. */
public interface FabricHost {
  /** What becomes of somebody who knocks. */
  enum Door {
    /** The machine is off: nobody answers. */
    DEAD,
    /** The machine runs, the process does not: refused at once. */
    CLOSED,
    /** The process stands still: the kernel takes the connection, nobody shakes hands. */
    FROZEN,
    OPEN
  }

  /** How the host is to be found now. */
  Door door();

  /** Who answers there. */
  NodeId identity();

  /** A datagram; the address is the sender's. */
  void datagram(PeerAddress from, byte[] bytes);

  /** A link that this host dialled is open. */
  void dialed(long linkId, NodeId peer);

  /** A link that this host dialled could not be opened. */
  void dialFailed(long linkId, String cause);

  /** A member opened a link. */
  void accepted(long linkId, NodeId peer, PeerAddress from);

  /** Somebody without a certificate opened a link. */
  void joinerAccepted(long linkId, PeerAddress from);

  /** A message on a link, in the order in which it was sent. */
  void message(long linkId, Channel channel, byte[] bytes);

  /** A link is gone. */
  void closed(long linkId, String cause);
}
