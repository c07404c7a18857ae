package io.weft.node.api.view;

/**
 * The round trip of a datagram between two members.
 *
 * @param from a member's name
 * @param to another's
 * @param rttMillis in milliseconds
 * @param measured whether this node is one of the two and measured it; else it is estimated by
 *     network coordinates
 */
public record RttView(String from, String to, double rttMillis, boolean measured) {}
