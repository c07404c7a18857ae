package io.weft.node.cli;

/** The exit codes that are no {@link io.weft.node.api.ErrorKind}. */
final class ExitCodes {
  static final int DONE = 0;

  private ExitCodes() {}
}
