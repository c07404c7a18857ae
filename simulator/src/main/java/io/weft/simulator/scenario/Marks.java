package io.weft.simulator.scenario;

import java.util.List;

/** The situations that a run marks when it meets them; a scenario may expect them of a sweep. */
public final class Marks {
  /** All of them. */
  public static final List<String> ALL =
      List.of(
          "answers-in-order",
          "block-leased",
          "delta-truncated",
          "endpoint-attached",
          "gossip-key-rotated",
          "host-failed",
          "host-left",
          "host-rejoined",
          "leader-changed",
          "minority-refused",
          "refutation-withheld",
          "suspicion-refuted",
          "tunnel-rekeyed",
          "tunnel-up");

  private Marks() {}
}
