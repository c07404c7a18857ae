package io.weft.gossip;

/**
 * A round trip between two members.
 *
 * @param millis in milliseconds, above 0
 * @param measured whether this node is one of the two and measured it, by its own probes: smoothed,
 *     the answering process included. Else it is estimated, from where the two are among the others
 */
public record RoundTrip(double millis, boolean measured) {}
