package io.weft.gossip;

/**
 * What is believed of a member's life. The order is the order of precedence at one and the same
 * (generation, incarnation): a later state overrides an earlier one (SWIM, Das et al. 2002, section
 * 4.2).
 */
public enum MemberState {
  /** It answers, or somebody vouches for it. */
  ALIVE,
  /** It did not answer somebody; it has the suspicion's time to refute. */
  SUSPECT,
  /** Its suspicion ran out unrefuted. Its records are hidden, and it is probed on, for ever. */
  FAILED,
  /**
   * It said goodbye, or was declared to have left. Only a higher life of its own brings it back.
   */
  LEFT
}
