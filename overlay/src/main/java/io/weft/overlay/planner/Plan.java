package io.weft.overlay.planner;

import io.weft.vxlan.desired.DesiredState;
import java.util.List;

/**
 * What the planner says.
 *
 * @param desired for the data plane
 * @param findings what was left out, and why; sorted as found, the same for equal inputs
 */
public record Plan(DesiredState desired, List<Finding> findings) {
  /** Copies the list. */
  public Plan {
    findings = List.copyOf(findings);
  }
}
