package io.weft.node.api.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A query of the members.
 *
 * @param name what is asked
 * @param payload what goes with it; null: nothing
 * @param encoding how the payload is written: "text" (also if null) or "base64"
 * @param nodes only these, by name, identity or the first 8 characters of that or more; null or
 *     none: all
 * @param labels only those with all of these labels; null counts as none
 * @param timeoutMillis how long to wait; null for what the size of the cluster takes
 */
public record QueryRequest(
    String name,
    @Nullable String payload,
    @Nullable String encoding,
    @Nullable List<String> nodes,
    @Nullable SortedMap<String, String> labels,
    @Nullable Integer timeoutMillis) {
  /** Copies the collections, so that the request never changes. */
  public QueryRequest {
    // JSON may well name null, which is refused with a better word than a list's.
    nodes = nodes == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(nodes));
    labels =
        labels == null ? new TreeMap<>() : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** The nodes, never null. */
  @Override
  public List<String> nodes() {
    return nodes == null ? List.of() : nodes;
  }

  /** The labels, never null. */
  @Override
  public SortedMap<String, String> labels() {
    return labels == null ? new TreeMap<>() : labels;
  }
}
