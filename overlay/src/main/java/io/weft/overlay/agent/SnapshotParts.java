package io.weft.overlay.agent;

import com.google.protobuf.ByteString;
import io.weft.overlay.agent.proto.StateSnapshot;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a state that is larger than a message into parts, and puts parts together. The receiver asks
 * for each part, so that no queue on the way has to hold more than one.
 */
final class SnapshotParts {
  /** Bytes of one part. */
  static final int PART_BYTES = 1 << 20;

  /** The longest state that is taken in, in bytes: as much as is read back from the disk. */
  static final int MAX_STATE_BYTES = 64 << 20;

  /** States that are kept while somebody may still fetch parts of them. */
  static final int MAX_KEPT = 2;

  private SnapshotParts() {}

  /** The states that are being handed out, by index; the oldest goes first. */
  static final class Sender {
    private final LinkedHashMap<Long, ByteString> kept = new LinkedHashMap<>();

    /** The first part of a state, or all of it. */
    StateSnapshot first(long index, byte[] state) {
      ByteString bytes = ByteString.copyFrom(state);
      if (bytes.size() <= PART_BYTES) {
        return StateSnapshot.newBuilder().setIndex(index).setState(bytes).build();
      }
      if (kept.putIfAbsent(index, bytes) == null && kept.size() > MAX_KEPT) {
        kept.remove(kept.firstEntry().getKey());
      }
      return part(index, bytes, 0);
    }

    /** A further part; empty when that state is not kept any more, or ends before. */
    Optional<StateSnapshot> further(long index, long offset) {
      ByteString bytes = kept.get(index);
      return bytes == null || offset <= 0 || offset >= bytes.size()
          ? Optional.empty()
          : Optional.of(part(index, bytes, Math.toIntExact(offset)));
    }

    private static StateSnapshot part(long index, ByteString bytes, int offset) {
      return StateSnapshot.newBuilder()
          .setIndex(index)
          .setState(bytes.substring(offset, Math.min(bytes.size(), offset + PART_BYTES)))
          .setOffset(offset)
          .setTotalBytes(bytes.size())
          .build();
    }
  }

  /** Puts one state together; a part that does not follow is dropped, and asked for again. */
  static final class Receiver {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long index;
    private long totalBytes;

    /** Whether a state has been begun and is not whole yet. */
    boolean isUnderWay() {
      return totalBytes > 0;
    }

    /** The index of the state that is under way. */
    long index() {
      return index;
    }

    /** Where the next part begins. */
    long offset() {
      return bytes.size();
    }

    /** Forgets what was begun: its sender is gone. */
    void reset() {
      bytes.reset();
      index = 0;
      totalBytes = 0;
    }

    /**
     * Takes a part; says the whole state once it is complete. The beginning of another state ends
     * the one that is under way.
     */
    byte @Nullable [] take(StateSnapshot part) {
      if (part.getOffset() == 0 && part.getIndex() != index) {
        reset();
        index = part.getIndex();
        totalBytes = part.getTotalBytes();
      }
      boolean follows =
          part.getIndex() == index
              && part.getOffset() == bytes.size()
              && part.getTotalBytes() == totalBytes
              && totalBytes <= MAX_STATE_BYTES
              && !part.getState().isEmpty()
              && bytes.size() + (long) part.getState().size() <= totalBytes;
      if (!follows) {
        if (bytes.size() == 0) {
          reset();
        }
        return null;
      }
      bytes.writeBytes(part.getState().toByteArray());
      if (bytes.size() < totalBytes) {
        return null;
      }
      byte[] whole = bytes.toByteArray();
      reset();
      return whole;
    }
  }
}
