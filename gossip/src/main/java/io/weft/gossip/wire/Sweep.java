package io.weft.gossip.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what a delta's receiver holds already, where tombstones that it lacks were
 * dropped.
 *
 * @param live the versions at or below the delta's base that still live: the receiver drops what is
 *     neither here nor among the delta's records. Null if nothing has to go, as all that it said it
 *     holds up to the base still lives
 */
public record Sweep(@Nullable List<Long> live) {
  /** Nothing has to go. */
  public static final Sweep NOTHING = new Sweep(null);

  public Sweep {
    live = live == null ? null : List.copyOf(live);
  }
}
