package io.weft.simulator.scenario;

/** What {@code random} may draw, by the names that scenario files use. */
public enum RandomKind {
  /** Two halves of any size. */
  PARTITION("partition"),
  /** Two halves that share one host. */
  BRIDGE("bridge"),
  RING("ring"),
  /** One half no longer reaches the other, but hears it. */
  ONE_WAY("oneWay"),
  ISOLATE("isolate"),
  /** Hosts are cut off one after the other and come back in another order. */
  SWIZZLE("swizzle"),
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
  /** A host leaves, and joins again later. */
  LEAVE("leave"),
  WIPE("wipe"),
  UPGRADE("upgrade"),
  ADDRESS("address");

  private final String key;

  RandomKind(String key) {
    this.key = key;
  }

  /** The name in scenario files. */
  public String key() {
    return key;
  }
}
