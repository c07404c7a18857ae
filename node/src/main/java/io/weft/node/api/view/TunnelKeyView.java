package io.weft.node.api.view;

/**
 * The key that this node sends to a peer with.
 *
 * @param peer its identity
 * @param ageSeconds since it came into use
 * @param packets sent under it
 */
public record TunnelKeyView(String peer, long ageSeconds, long packets) {}
