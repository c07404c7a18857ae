package io.weft.simulator.fleet;

import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.registry.Blob;
import io.weft.security.keyring.GossipKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a host's process, but for the engine's files, which are real ones; and how the disk
 * that it lies on behaves.
 */
final class HostDisk {
  Identities.@Nullable Made identity;
  long generation;
  LocalState local = LocalState.NONE;
  HostOptions.@Nullable SavedRegistry registry;

  /** The file of the other members; null where none was ever written, as on a new founder. */
  @Nullable List<KnownPeer> peers;

  /** What the cluster is founded with, until something else is saved. */
  GossipKeys gossipKeys = Identities.gossipKeys();

  /** The CA's key, on the founder until it has seen its cluster. */
  @Nullable Blob wrappedCaKey;

  /** So many bytes of the engine's log have changed since it was last read. */
  int rottenLogBytes;

  /** The engine's log was found damaged, and its host has not become a voter anew since. */
  boolean lostLog;

  /** The file of the endpoints has changed since it was last read. */
  boolean rottenEndpoints;

  /** Each disk that was wiped gets another directory for its engine. */
  int engineDirectories;

  void wipe() {
    engineDirectories++;
    rottenLogBytes = 0;
    lostLog = false;
    rottenEndpoints = false;
    identity = null;
    generation = 0;
    local = LocalState.NONE;
    registry = null;
    peers = null;
    gossipKeys = Identities.gossipKeys();
    wrappedCaKey = null;
  }

  // --- how it behaves ---

  /** One save on a healthy disk, for slow ones to be a multiple of. */
  private static final long SAVE_NANOS = 500_000L;

  private double factor = 1;
  private int full;
  private long waitedNanos;

  void slow(double times) {
    factor = times;
  }

  void full(boolean on) {
    full += on ? 1 : -1;
  }

  boolean hasSpace() {
    return full == 0;
  }

  /** How long one save takes. */
  long saveNanos() {
    return (long) (SAVE_NANOS * factor);
  }

  /**
   * Something was written and synced.
   *
   * @param vital the agent ends when it cannot
   * @return whether it is on disk
   */
  boolean written(boolean vital) {
    if (!hasSpace()) {
      if (vital) {
        throw new DiskFull();
      }
      return false;
    }
    if (factor > 1) {
      waitedNanos += saveNanos();
    }
    return true;
  }

  /** How long the present step has waited for this disk; nothing for a healthy one. */
  long waitedNanos() {
    return waitedNanos;
  }

  void stepBegins() {
    waitedNanos = 0;
  }

  /** A write for which there was no space. */
  static final class DiskFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DiskFull() {
      super("no space left on the disk", null, false, false);
    }
  }
}
