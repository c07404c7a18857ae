package io.weft.vxlan.driver;

import java.util.List;

/**
 * What applying a desired state did.
 *
 * @param changes how many changes the kernel's state needed; 0 when all was as desired
 * @param failures what could not be done; the next apply tries it again
 */
public record ApplyReport(int changes, List<ApplyFailure> failures) {
  public ApplyReport {
    failures = List.copyOf(failures);
  }

  /** Whether the host is now as desired. */
  public boolean complete() {
    return failures.isEmpty();
  }
}
