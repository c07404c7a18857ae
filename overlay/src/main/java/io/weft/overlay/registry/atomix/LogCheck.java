package io.weft.overlay.registry.atomix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Looks through a voter's log before Atomix opens it. Atomix takes the first entry whose checksum
 * is wrong for the end of the log and forgets all that follows, though this voter may have promised
 * to keep it (INV-RAFT-1). An entry that was being written when the power failed looks the same,
 * but no whole entry follows it. So damage to the very last entry is not found.
 *
 * <p>A segment is a header of {@value #HEADER_BYTES} bytes, then entries: length (4 bytes), CRC-32
 * (4), and so many bytes; zeros follow the last one (Atomix's MappedJournalSegmentWriter).
 */
final class LogCheck {
  static final int HEADER_BYTES = 64;
  private static final int ENTRY_HEAD_BYTES = 2 * Integer.BYTES;
  private static final String SEGMENTS = ".log";

  private LogCheck() {}

  /** What is damaged, as a clause for people; empty when nothing is. */
  static Optional<String> damage(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> segments =
          files.filter(file -> file.toString().endsWith(SEGMENTS)).sorted().toList();
      for (Path segment : segments) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
        int end = end(bytes);
        if (wholeEntryFollows(bytes, end)) {
          return Optional.of("%s is damaged at byte %d".formatted(segment, end));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the log in " + directory, e);
    }
  }

  /** Where the first entry is that is not whole. */
  private static int end(ByteBuffer bytes) {
    int at = HEADER_BYTES;
    while (isWhole(bytes, at)) {
      at += ENTRY_HEAD_BYTES + bytes.getInt(at);
    }
    return at;
  }

  private static boolean wholeEntryFollows(ByteBuffer bytes, int after) {
    int last = bytes.limit() - 1;
    while (last > after && bytes.get(last) == 0) {
      last--;
    }
    for (int at = after + 1; at + ENTRY_HEAD_BYTES <= last; at++) {
      if (isWhole(bytes, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWhole(ByteBuffer bytes, int at) {
    if (at + ENTRY_HEAD_BYTES > bytes.limit()) {
      return false;
    }
    int length = bytes.getInt(at);
    if (length <= 0
        || length > LogCodec.MAX_ENTRY_BYTES
        || length > bytes.limit() - at - ENTRY_HEAD_BYTES) {
      return false;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes.slice(at + ENTRY_HEAD_BYTES, length));
    return (int) crc.getValue() == bytes.getInt(at + Integer.BYTES);
  }
}
