package io.weft.vxlan.reconcile;

import io.weft.vxlan.kernel.KernelChange;
import java.util.List;

/**
 * What has to change.
 *
 * @param changes in the order to apply them
 * @param missingPorts devices of desired local ports that do not exist; they are made by attaching
 * @param conflicts devices of a name of Weft's that are not Weft's; their networks are left alone
 */
public record ReconcilePlan(
    List<KernelChange> changes, List<String> missingPorts, List<Conflict> conflicts) {

  /** Copies the lists. */
  public ReconcilePlan {
    changes = List.copyOf(changes);
    missingPorts = List.copyOf(missingPorts);
    conflicts = List.copyOf(conflicts);
  }
}
