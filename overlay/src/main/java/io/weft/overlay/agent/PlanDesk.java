package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.overlay.planner.Finding;
import io.weft.overlay.planner.Plan;
import io.weft.overlay.planner.PlannedPeer;
import io.weft.overlay.planner.Planner;
import io.weft.overlay.planner.PlannerInput;
import io.weft.overlay.records.EndpointRecord;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.DesiredState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Makes the plan anew when something that it depends on has changed, and numbers the plans. */
final class PlanDesk {
  private final HostContext context;
  private final Directory directory;
  private final RegistryMirror mirror;
  private final TunnelDesk tunnels;
  private @Nullable DesiredState last;
  private Set<Finding> findings = Set.of();
  private long version;

  PlanDesk(HostContext context, Directory directory, RegistryMirror mirror, TunnelDesk tunnels) {
    this.context = context;
    this.directory = directory;
    this.mirror = mirror;
    this.tunnels = tunnels;
  }

  /** Plans, and hands the plan out if it differs from the last one. Says the version in force. */
  long replan(List<EndpointRecord> localEndpoints) {
    SortedMap<NodeId, List<EndpointRecord>> endpoints = directory.endpoints();
    List<PlannedPeer> peers = new ArrayList<>();
    for (Member member : directory.others()) {
      peers.add(
          new PlannedPeer(
              member.id(),
              member.state(),
              member.generation(),
              directory.host(member.id()),
              endpoints.getOrDefault(member.id(), List.of()),
              tunnels.keys(member.id())));
    }
    HostOptions options = context.options;
    Plan plan =
        Planner.plan(
            new PlannerInput(
                context.self,
                options.address().ip(),
                options.driver(),
                options.alwaysUdp(),
                options.innerMtu(),
                mirror.view(),
                localEndpoints,
                peers));
    report(plan.findings());
    forgetKeysOfLosers(plan.findings());
    if (!plan.desired().equals(last)) {
      last = plan.desired();
      version++;
      context.out().plan(version, plan.desired());
    }
    return version;
  }

  /**
   * Whoever lost its address to another member, or moved, has no associations in the kernel any
   * more. Were its keys kept, and the address fell back to it, they would be put to use a second
   * time, with sequence numbers from the beginning (INV-SEC-2).
   */
  private void forgetKeysOfLosers(List<Finding> found) {
    tunnels.heed(found);
  }

  private void report(List<Finding> found) {
    // One thing may be found twice, in two networks for example; it is told once.
    Set<Finding> distinct = new LinkedHashSet<>(found);
    for (Finding finding : distinct) {
      if (!findings.contains(finding)) {
        context.event(
            "plan-finding",
            finding.getClass().getSimpleName(),
            FindingText.of(finding, directory::nameOf));
      }
    }
    findings = distinct;
  }

  long version() {
    return version;
  }
}
