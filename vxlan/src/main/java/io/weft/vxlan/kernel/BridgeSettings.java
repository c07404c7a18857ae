package io.weft.vxlan.kernel;

/**
 * What Weft sets on its bridges (IFLA_BR_*, {@code linux/if_link.h}).
 *
 * @param stp spanning tree; off, as an overlay has no loops
 * @param multicastSnooping off, so that neighbour discovery reaches every port without a querier
 */
public record BridgeSettings(boolean stp, boolean multicastSnooping) {

  /** As Weft wants it. */
  public static final BridgeSettings WEFT = new BridgeSettings(false, false);
}
