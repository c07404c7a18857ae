package io.weft.node.api.view;

import java.util.SortedMap;

/**
 * One member of the cluster as this node sees it.
 *
 * @param state "alive", "suspect", "failed" or "left"
 * @param rttMillis the last measured round trip, -1 when none is known
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
