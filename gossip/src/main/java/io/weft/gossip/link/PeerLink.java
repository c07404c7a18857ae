package io.weft.gossip.link;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;

/**
 * How it stands with the link to one peer.
 *
 * @param address where it is dialled, or where it came from if it is not wanted
 * @param backoffUntilNanos no dial before this time, on the caller's clock; 0 when none is waited
 *     out
 * @param lastError why the last dial or link ended; empty when none has
 */
public record PeerLink(
    NodeId id, PeerAddress address, boolean up, long backoffUntilNanos, String lastError) {}
