package io.weft.node.api.view;

import java.util.List;

/** The keys at work on this node; never a key itself. */
public record KeysView(GossipKeysView gossip, List<TunnelKeyView> tunnels, CaView ca) {}
