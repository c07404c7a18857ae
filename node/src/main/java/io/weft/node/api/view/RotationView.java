package io.weft.node.api.view;

/**
 * A rotation of the gossip key that has begun.
 *
 * @param epoch of the new key
 */
public record RotationView(int epoch) {}
