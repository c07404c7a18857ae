package io.weft.node.api.view;

import java.util.List;

/**
 * The gossip keyring.
 *
 * @param epoch of the key that this node seals with
 * @param accepted the epochs that this node accepts
 * @param phase where a rotation stands: "steady" without one, "installing" while the next key is
 *     given to all, "retiring" while all go over to it
 * @param waitingFor names of the hosts that the rotation waits for, as this node sees them
 */
public record GossipKeysView(
    int epoch, List<Integer> accepted, String phase, List<String> waitingFor) {
  /** The phase without a rotation. */
  public static final String STEADY = "steady";
}
