package io.weft.node.api.view;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to make.
 *
 * @param network the name of the network
 * @param netns absolute path of the network namespace to put it in, as nsenter takes
 * @param ip the address wanted, null for the next free one of the block of this host
 * @param name its name, null to derive one from its identity
 * @param ifname the interface name inside the namespace, null for the first free "weft0",
 *     "weft1"...
 */
public record AttachRequest(
    String network,
    String netns,
    @Nullable String ip,
    @Nullable String name,
    SortedMap<String, String> labels,
    @Nullable String ifname) {}
