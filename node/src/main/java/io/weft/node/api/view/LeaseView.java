package io.weft.node.api.view;

/**
 * One address block that a host holds.
 *
 * @param block CIDR
 * @param holder the identity of the host
 * @param fence the fencing number: rises with each lease of the block
 * @param state "held", "fenced" or "quarantined"
 */
public record LeaseView(String network, String block, String holder, long fence, String state) {}
