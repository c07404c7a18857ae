package io.weft.raft.scenario;

import java.nio.MappedByteBuffer;
import java.nio.file.Path;

/** What a power cut would leave: a copy of each mapped file as of its last force. */
public final class Disk {
  private static byte[] forced = new byte[0];

  private Disk() {}

  /** In place of the buffer's own force. */
  public static MappedByteBuffer force(MappedByteBuffer buffer) {
    forced = new byte[buffer.capacity()];
    buffer.get(0, forced);
    return buffer;
  }

  /** Whether these bytes are on the disk. */
  static boolean holds(byte[] bytes) {
    for (int at = 0; at + bytes.length <= forced.length; at++) {
      int same = 0;
      while (same < bytes.length && forced[at + same] == bytes[same]) {
        same++;
      }
      if (same == bytes.length) {
        return true;
      }
    }
    return false;
  }

  static Path newDirectory() throws java.io.IOException {
    Path directory = java.nio.file.Files.createTempDirectory("weft-mend-");
    directory.toFile().deleteOnExit();
    return directory;
  }

  static void delete(Path directory) throws java.io.IOException {
    try (var files = java.nio.file.Files.list(directory)) {
      for (Path file : files.toList()) {
        java.nio.file.Files.delete(file);
      }
    }
    java.nio.file.Files.delete(directory);
  }
}
