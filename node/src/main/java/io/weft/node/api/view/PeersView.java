package io.weft.node.api.view;

import java.util.List;

/** All peers, ordered by identity. */
public record PeersView(List<PeerView> peers) {}
