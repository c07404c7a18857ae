package io.weft.simulator.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for the consensus engine's files, removed at the end, also when the process is
 * interrupted. In memory where the system has a place for that: what a simulated disk holds need
 * not survive this machine.
 */
final class Scratch implements AutoCloseable {
  private static final Path IN_MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "weft-sim-";

  private final Path directory;
  private final Thread atExit;

  Scratch() throws IOException {
    Runs.quietly();
    boolean memory = Files.isDirectory(IN_MEMORY) && Files.isWritable(IN_MEMORY);
    directory =
        memory ? Files.createTempDirectory(IN_MEMORY, PREFIX) : Files.createTempDirectory(PREFIX);
    atExit = new Thread(this::remove, "weft-sim-cleanup");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // The process is ending already.
      return;
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // A run that is still going on in another thread may be writing; what is left is in the
      // place for temporary files.
      return;
    }
  }
}
