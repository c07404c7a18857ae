package io.weft.simulator.cli;

import picocli.CommandLine.Option;

/** The seed of an experiment. */
final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Whatever is drawn is drawn from it. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  long seed() {
    return seed;
  }
}
