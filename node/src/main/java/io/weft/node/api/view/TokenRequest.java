package io.weft.node.api.view;

/**
 * A join token to make.
 *
 * @param ttlMillis how long it is valid, milliseconds
 * @param uses how many nodes may join with it
 */
public record TokenRequest(long ttlMillis, int uses) {}
