package io.weft.simulator.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Changes bytes of a consensus engine's log that lies on a disk, anywhere but in its last entry: no
 * server could tell damage there from a write that the power cut off.
 */
final class BitRot {
  /** As Atomix writes its segments: a header, then entries of length, checksum and bytes. */
  private static final int HEADER_BYTES = 64;

  private static final int ENTRY_HEAD_BYTES = 8;

  private BitRot() {}

  /** Changes so many bytes; says whether there was anything to change. */
  static boolean strike(Path directory, int count, RandomGenerator random) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs = files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
      if (logs.isEmpty()) {
        return false;
      }
      byte[] bytes = Files.readAllBytes(logs.getFirst());
      int last = lastEntry(ByteBuffer.wrap(bytes));
      if (last <= HEADER_BYTES) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        int at = HEADER_BYTES + random.nextInt(last - HEADER_BYTES);
        bytes[at] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(logs.getFirst(), bytes);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change the log in " + directory, e);
    }
  }

  private static int lastEntry(ByteBuffer log) {
    int last = HEADER_BYTES;
    int at = HEADER_BYTES;
    while (at + ENTRY_HEAD_BYTES < log.limit() && log.getInt(at) > 0) {
      last = at;
      at += ENTRY_HEAD_BYTES + log.getInt(at);
    }
    return last;
  }
}
