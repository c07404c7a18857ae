package io.weft.overlay.registry;

import io.weft.security.identity.NodeId;

/**
 * A host as the registry knows it.
 *
 * @param name a label; two hosts may carry one name, the id tells them apart
 * @param sinceMillis the log's time at which it came into this state
 */
public record Host(NodeId id, String name, HostState state, long sinceMillis) {}
