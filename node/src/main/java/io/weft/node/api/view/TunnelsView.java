package io.weft.node.api.view;

import java.util.List;

/** All tunnels, ordered by peer. */
public record TunnelsView(List<TunnelView> tunnels) {}
