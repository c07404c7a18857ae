package io.weft.vxlan.kernel;

/**
 * A change that the kernel refused.
 *
 * @param change what was asked
 * @param error why not
 */
public record ChangeFailure(KernelChange change, KernelException error) {

  @Override
  public String toString() {
    return change + ": " + error.getMessage();
  }
}
