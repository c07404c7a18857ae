package io.weft.simulator.scenario;

/** The kinds of faults by the names that scenario files use. */
public enum FaultKind {
  PARTITION("partition"),
  ISOLATE("isolate"),
  RING("ring"),
  FLAP("flap"),
  LOSS("loss"),
  DUPLICATE("duplicate"),
  REORDER("reorder"),
  DELAY("delay"),
  BLOCK("block"),
  CRASH("crash"),
  PAUSE("pause"),
  CLOCK_JUMP("clockJump"),
  CLOCK_DRIFT("clockDrift"),
  SLOW_DISK("slowDisk"),
  FULL_DISK("fullDisk"),
  CORRUPT_FILE("corruptFile"),
  LEAVE("leave"),
  JOIN("join"),
  WIPE("wipe"),
  UPGRADE("upgrade"),
  ADDRESS("address"),
  RANDOM("random");

  private final String key;

  FaultKind(String key) {
    this.key = key;
  }

  /** The name in scenario files. */
  public String key() {
    return key;
  }
}
