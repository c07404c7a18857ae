package io.weft.node.api.view;

/**
 * What init and join answer.
 *
 * @param node the new node identity, 64 hex digits
 */
public record MembershipView(String node, String cluster, String dataDir) {}
