package io.weft.node.api.view;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to make.
 *
 * @param network the name of the network
 * @param netns absolute path of the network namespace to put it in, as nsenter takes
 * @param ip the address wanted, null for the next free one of the block of this host
 * @param name its name, null to derive one from its identity
 * @param labels null counts as none
 * @param ifname the interface name inside the namespace, null for the first free "weft0",
 *     "weft1"...
 */
public record AttachRequest(
    String network,
    String netns,
    @Nullable String ip,
    @Nullable String name,
    @Nullable SortedMap<String, String> labels,
    @Nullable String ifname) {
  /** Copies the labels, so that the request never changes. */
  public AttachRequest {
    labels =
        labels == null ? new TreeMap<>() : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** The labels, never null. */
  @Override
  public SortedMap<String, String> labels() {
    return labels == null ? new TreeMap<>() : labels;
  }
}
