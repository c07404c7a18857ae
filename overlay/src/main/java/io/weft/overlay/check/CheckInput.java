package io.weft.overlay.check;

import io.weft.gossip.Member;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one host knows of addresses.
 *
 * @param registry networks, leases and hosts
 * @param registryIndex the last entry of the log that is in {@code registry}: an endpoint of a
 *     higher fence came by gossip sooner than the lease that it rests on
 * @param nowMillis since 1970, by this host's clock: which blocks have rested long enough
 * @param members all, this host included
 * @param endpoints of the members that are present, this host included, by host
 */
public record CheckInput(
    RegistryView registry,
    long registryIndex,
    long nowMillis,
    List<Member> members,
    SortedMap<NodeId, List<EndpointRecord>> endpoints) {

  /** Copies the collections. */
  public CheckInput {
    members = List.copyOf(members);
    endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
  }
}
