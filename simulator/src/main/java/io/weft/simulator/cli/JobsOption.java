package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many runs go on at a time. */
final class JobsOption {
  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "How many at a time (default: the number of cores).")
  private @Nullable Integer jobs;

  /**
   * As many as were asked for, or as there are cores.
   *
   * @throws ApiException of kind USAGE when that is none
   */
  int threads() {
    int threads = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
    if (threads < 1) {
      throw new ApiException(ErrorKind.USAGE, "--jobs must be above 0");
    }
    return threads;
  }

  /** A pool of so many threads. */
  ExecutorService pool() {
    return Executors.newFixedThreadPool(threads());
  }
}
