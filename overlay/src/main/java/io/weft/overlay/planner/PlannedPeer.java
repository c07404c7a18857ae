package io.weft.overlay.planner;

import io.weft.gossip.MemberState;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.HostRecord;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another member, as the planner needs to know it.
 *
 * @param generation rises with each start of its process, and is about the milliseconds since 1970
 *     at that time
 * @param host its record; the last one known also while it is held failed, for as long as {@code
 *     keys} holds associations (see {@link PeerKeys}); null when none was ever seen
 * @param endpoints its endpoint records that parsed; those of a failed member change nothing
 * @param keys the security associations between it and this host
 */
public record PlannedPeer(
    NodeId id,
    MemberState state,
    long generation,
    @Nullable HostRecord host,
    List<EndpointRecord> endpoints,
    PeerKeys keys) {

  /** Copies the list. */
  public PlannedPeer {
    endpoints = List.copyOf(endpoints);
  }
}
