package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Where another member was.
 *
 * @param address for datagrams and links
 * @param id whose it was; null where that is not known, as of the hosts that a joiner was told of
 */
public record KnownPeer(PeerAddress address, @Nullable NodeId id) {}
