package io.weft.vxlan.reconcile;

import io.weft.vxlan.kernel.ChangeFailure;
import java.util.List;

/**
 * What a reconcile did.
 *
 * @param plan what had to change
 * @param failures which of the plan's changes the kernel refused
 */
public record ReconcileReport(ReconcilePlan plan, List<ChangeFailure> failures) {

  /** Copies the list. */
  public ReconcileReport {
    failures = List.copyOf(failures);
  }

  /** Whether the kernel now is as desired, as far as networks go. */
  public boolean converged() {
    return failures.isEmpty() && plan.conflicts().isEmpty();
  }
}
