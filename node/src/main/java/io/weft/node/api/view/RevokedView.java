package io.weft.node.api.view;

/**
 * A host that was shut out for good.
 *
 * @param node its identity
 * @param name what it was called
 * @param state always "revoked"
 * @param fencedBlocks how many address blocks were taken from it by this request
 */
public record RevokedView(String node, String name, String state, int fencedBlocks) {}
