package io.weft.node.api.view;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint: a port of some host on an overlay network.
 *
 * @param network the name of its network
 * @param ip its address without prefix length (IPv4 where it has one)
 * @param ip6 its IPv6 address beside an IPv4 one, else null
 * @param host the identity of the host it is on, 64 hex digits
 */
public record EndpointView(
    String id,
    String name,
    String network,
    String ip,
    @Nullable String ip6,
    String mac,
    String host,
    SortedMap<String, String> labels) {}
