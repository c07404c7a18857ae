package io.weft.simulator.cli;

/** Exit codes. */
final class Exit {
  /** All holds. */
  static final int HOLDS = 0;

  /** An invariant was violated, or a run differed from itself. */
  static final int VIOLATED = 1;

  /** The scenario or the command line is wrong. */
  static final int USAGE = 2;

  private Exit() {}
}
