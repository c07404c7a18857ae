package io.weft.node.api.view;

import java.util.List;

/** All networks, ordered by name. */
public record NetworksView(List<NetworkView> networks) {}
