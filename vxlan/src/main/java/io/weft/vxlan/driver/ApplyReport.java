package io.weft.vxlan.driver;

import java.util.List;

/**
 * What applying a desired state did.
 *
 * @param changes how many changes the kernel's state needed; 0 when all was as desired
 * @param failures one line for each that the kernel refused; the next apply tries them again
 */
public record ApplyReport(int changes, List<String> failures) {
  public ApplyReport {
    failures = List.copyOf(failures);
  }

  /** Whether the host is now as desired. */
  public boolean complete() {
    return failures.isEmpty();
  }
}
