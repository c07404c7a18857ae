package io.weft.node.api.view;

import org.jspecify.annotations.Nullable;

/**
 * What this node believes about itself.
 *
 * @param node the node identity, 64 hex digits
 * @param name the node name (may change; the identity does not)
 * @param address where this node gossips, as "10.0.0.1:7940"
 * @param state "starting", "alive" or "leaving"
 * @param raftRole "leader", "follower", "candidate", "client" (not a voter) or "none"
 * @param term the registry's term, null where this node is no voter and takes no part in it
 * @param members members known, this node included, those that left excluded
 * @param alive how many of them are alive
 * @param driver "kernel", "user" or "clear"
 * @param driverWhy why that driver was taken
 * @param mtu the largest MTU an overlay network can have on this underlay, bytes
 */
public record StatusView(
    String node,
    String name,
    String cluster,
    String address,
    String state,
    long generation,
    long incarnation,
    String raftRole,
    @Nullable Long term,
    long commitIndex,
    int members,
    int alive,
    String driver,
    String driverWhy,
    int mtu,
    String version) {}
