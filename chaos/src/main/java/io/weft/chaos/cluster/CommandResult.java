package io.weft.chaos.cluster;

/**
 * How a command ended.
 *
 * @param exitCode its exit code
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
public record CommandResult(int exitCode, String output, String errors) {
  /** Whether the command ended with 0. */
  public boolean ok() {
    return exitCode == 0;
  }

  /**
   * The output of a command that must succeed.
   *
   * @param what the command's purpose, for the error
   * @throws ClusterException when it did not end with 0
   */
  public String outputOrThrow(String what) {
    if (!ok()) {
      throw new ClusterException(
          what + " ended with " + exitCode + ": " + (output + errors).strip());
    }
    return output;
  }
}
