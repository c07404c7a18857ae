package io.weft.overlay.registry.atomix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Looks through a voter's log before Atomix opens it. Atomix takes the first entry whose checksum
 * is wrong for the end of the log and forgets all that follows, though this voter may have promised
 * to keep it (INV-RAFT-1). An entry that was being written when the power failed looks the same,
 * but no whole entry follows it. So damage to the very last entry is not found. Where a segment
 * does not begin behind the end of the one before, Atomix deletes it and all that follow.
 *
 * <p>A segment is a header of {@value #HEADER_BYTES} bytes, with the segment's number (8 bytes) at
 * {@value #ID_AT} and the index of its first entry (8) at {@value #INDEX_AT} (Atomix's
 * JournalSegmentDescriptor), then entries: length (4 bytes), CRC-32 (4), and so many bytes; zeros
 * follow the last one (Atomix's MappedJournalSegmentWriter).
 */
final class LogCheck {
  static final int HEADER_BYTES = 64;
  private static final int ID_AT = 4;
  private static final int INDEX_AT = 12;
  private static final int ENTRY_HEAD_BYTES = 2 * Integer.BYTES;
  private static final String SEGMENTS = ".log";

  private LogCheck() {}

  /** A segment that was looked through; {@code index} is of its first entry. */
  private record Segment(Path file, long id, long index, long entries) {
    long next() {
      return index + entries;
    }

    /** The power failed as it was made: nothing was ever written to it. */
    boolean isBlank() {
      return id == 0 && entries == 0;
    }
  }

  /** What is damaged, as a clause for people; empty when nothing is. */
  static Optional<String> damage(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Segment> segments = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(SEGMENTS)).sorted().toList()) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int end = HEADER_BYTES;
        long entries = 0;
        for (; isWhole(bytes, end); entries++) {
          end += ENTRY_HEAD_BYTES + bytes.getInt(end);
        }
        if (wholeEntryFollows(bytes, end)) {
          return Optional.of("%s is damaged at byte %d".formatted(file, end));
        }
        if (bytes.limit() >= HEADER_BYTES) {
          segments.add(new Segment(file, bytes.getLong(ID_AT), bytes.getLong(INDEX_AT), entries));
        }
      }
      segments.removeIf(Segment::isBlank);
      return gap(segments);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the log in " + directory, e);
    }
  }

  /** The first place where a segment does not begin where the one before ends. */
  private static Optional<String> gap(List<Segment> segments) {
    segments.sort(Comparator.comparingLong(Segment::id));
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      // The first one may begin anywhere: what is before it is in a snapshot.
      if (segment.id() < 1 || segment.index() < 1) {
        return Optional.of("%s is damaged in its header".formatted(segment.file()));
      }
      if (i > 0 && segments.get(i - 1).next() != segment.index()) {
        return Optional.of(
            "%s is damaged: it ends before entry %d, and the next file begins at entry %d"
                .formatted(
                    segments.get(i - 1).file(), segments.get(i - 1).next(), segment.index()));
      }
    }
    return Optional.empty();
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
