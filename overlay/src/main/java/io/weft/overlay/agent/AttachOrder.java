package io.weft.overlay.agent;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint should be.
 *
 * @param id its new id: lowercase hexadecimal digits, random
 * @param network name of the network
 * @param netns path of the network namespace that it goes into
 * @param ifName name of its interface in there
 * @param ip a wanted address, or null for the next free one
 * @param name what people call it, or null: the first digits of its id
 */
public record AttachOrder(
    String id,
    String network,
    String netns,
    String ifName,
    @Nullable String ip,
    @Nullable String name,
    SortedMap<String, String> labels) {
  /** Copies the labels. */
  public AttachOrder {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }
}
