package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Where another member was.
 *
 * @param address for datagrams and links
 * @param id whose it was; null where that is not known, as of an address that the one who let it
 *     join did not name
 */
public record KnownPeer(PeerAddress address, @Nullable NodeId id) {}
