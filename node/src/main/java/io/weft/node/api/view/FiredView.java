package io.weft.node.api.view;

/**
 * A user's event that is on its way.
 *
 * @param ltime its Lamport time
 */
public record FiredView(String name, long ltime) {}
