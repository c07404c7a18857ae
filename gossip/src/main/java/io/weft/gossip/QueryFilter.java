package io.weft.gossip;

import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom a query asks.
 *
 * @param nodes only these; empty: all
 * @param labels only those that have all of these labels
 */
public record QueryFilter(SortedSet<NodeId> nodes, SortedMap<String, String> labels) {
  /** Everybody. */
  public static final QueryFilter ALL = new QueryFilter(new TreeSet<>(), new TreeMap<>());

  public QueryFilter {
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }
}
