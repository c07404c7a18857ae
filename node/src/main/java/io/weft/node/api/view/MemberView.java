package io.weft.node.api.view;

import java.util.SortedMap;

/**
 * One member of the cluster as this node sees it.
 *
 * @param state "alive", "suspect", "failed" or "left"
 * @param rttMillis the round trip as this node measured it, smoothed; -1 when it did not yet (what
 *     it estimates between others, {@code weft rtt} tells)
 */
public record MemberView(
    String id,
    String name,
    String address,
    String state,
    long incarnation,
    long generation,
    long version,
    double rttMillis,
    SortedMap<String, String> labels) {}
