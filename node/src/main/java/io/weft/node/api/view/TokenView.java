package io.weft.node.api.view;

/**
 * A join token. The token itself is shown once and never again.
 *
 * @param expires ISO 8601
 * @param uses how many nodes may join with it
 */
public record TokenView(String token, String expires, int uses) {}
