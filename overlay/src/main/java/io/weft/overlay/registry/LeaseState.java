package io.weft.overlay.registry;

/** Where a block stands. Only {@link #LEASED} blocks may be used by their holder. */
public enum LeaseState {
  /** In use by its holder. */
  LEASED,
  /** Given back; rests until the quarantine is over. */
  QUARANTINED,
  /** Taken from a host that is held dead; rests until the quarantine is over. */
  FENCED
}
