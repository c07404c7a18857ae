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

  /**
   * Copies both.
   *
   * @throws IllegalArgumentException with one line when a label has no value
   */
  public QueryFilter {
    for (var label : labels.entrySet()) {
      // Neither is null by its type; but what reads requests knows no such types.
      if ((Object) label.getKey() == null || (Object) label.getValue() == null) {
        throw new IllegalArgumentException(
            "label '"
                + label.getKey()
                + "' of the filter has no value; give it one, or leave it out");
      }
    }
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }
}
