package io.weft.overlay.registry;

/** Where a host stands with the registry (not whether it is alive: that is gossip's to say). */
public enum HostState {
  /** A full member. */
  ACTIVE,
  /** Left in good order; it registers again when it comes back. */
  LEFT,
  /** Held dead; it is active again as soon as it leases or registers. */
  FENCED,
  /** Shut out for good. */
  REVOKED
}
