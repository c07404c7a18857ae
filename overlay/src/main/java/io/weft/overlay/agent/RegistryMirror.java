package io.weft.overlay.agent;

import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.RegistryView;
import io.weft.overlay.registry.ResultCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * This host's own copy of the registry, fed with committed commands in the log's order, be it from
 * the engine on this host or from a voter over a link. Keeps the last entries for those who watch.
 */
final class RegistryMirror {
  /** The most entries that are kept for watchers; who is further behind gets the whole state. */
  static final int MAX_KEPT_ENTRIES = 256;

  /**
   * A committed command.
   *
   * @param afterIndex the index of the command before it; the log's other entries have indexes too
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(long afterIndex, long index, long timeMillis, byte[] command) {}

  /** What an entry did here. */
  record Applied(Blob key, RegistryCommand command, CommandResult result) {}

  private final Deque<Entry> kept = new ArrayDeque<>();
  private RegistryState state;
  private long index;

  RegistryMirror(RegistryState state, long index) {
    this.state = state;
    this.index = index;
  }

  RegistryView view() {
    return state;
  }

  long index() {
    return index;
  }

  byte[] snapshot() {
    return state.snapshot();
  }

  /** Applies an entry, unless it is in already; malformed commands leave no {@link Applied}. */
  Optional<Applied> apply(long entryIndex, long timeMillis, byte[] command) {
    if (entryIndex <= index) {
      return Optional.empty();
    }
    byte[] result = state.apply(entryIndex, timeMillis, command);
    kept.addLast(new Entry(index, entryIndex, timeMillis, command));
    if (kept.size() > MAX_KEPT_ENTRIES) {
      kept.removeFirst();
    }
    index = entryIndex;
    try {
      RegistryCodec.Envelope envelope = RegistryCodec.decode(command);
      return Optional.of(
          new Applied(envelope.key(), envelope.command(), ResultCodec.decode(result)));
    } catch (MalformedRegistryException e) {
      return Optional.empty();
    }
  }

  /** Takes a whole state, unless the own one is as new. */
  boolean restore(long stateIndex, byte[] bytes) throws MalformedRegistryException {
    if (stateIndex <= index) {
      return false;
    }
    state = RegistryState.restore(bytes);
    index = stateIndex;
    kept.clear();
    return true;
  }

  /** The entries after an index, or empty when they are not all kept any more. */
  Optional<List<Entry>> after(long afterIndex) {
    if (afterIndex == index) {
      return Optional.of(List.of());
    }
    List<Entry> entries = new ArrayList<>();
    boolean joined = false;
    for (Entry entry : kept) {
      joined |= entry.afterIndex() == afterIndex;
      if (joined) {
        entries.add(entry);
      }
    }
    return joined ? Optional.of(entries) : Optional.empty();
  }
}
