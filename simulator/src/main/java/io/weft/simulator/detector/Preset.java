package io.weft.simulator.detector;

import io.weft.gossip.Detector;
import io.weft.gossip.GossipConfig;

/**
 * What is compared: SWIM, Lifeguard's parts one by one and together, with the paper's settings
 * (alpha 5, beta 6, local health up to 8), and Weft as it comes.
 */
public enum Preset {
  SWIM,
  LHA_PROBE,
  LHA_SUSPICION,
  BUDDY,
  LIFEGUARD,
  /** Weft's settings without witnesses: what they add. */
  WEFT_ALONE,
  WEFT;

  private static final int ALPHA = 5;
  private static final int BETA = 6;
  private static final int MAX_HEALTH = 8;

  private Detector detector() {
    return switch (this) {
      case SWIM -> Detector.SWIM;
      case LHA_PROBE -> new Detector(true, false, false, false, false, false);
      case LHA_SUSPICION -> new Detector(false, true, false, false, false, false);
      case BUDDY -> new Detector(false, false, true, false, false, false);
      case LIFEGUARD -> Detector.LIFEGUARD;
      case WEFT_ALONE -> new Detector(true, true, true, false, true, true);
      case WEFT -> Detector.WEFT;
    };
  }

  /** The cores' configuration. */
  public GossipConfig config() {
    GossipConfig own = GossipConfig.defaults().withDetector(detector());
    return switch (this) {
      case SWIM, LHA_PROBE, LHA_SUSPICION, BUDDY, LIFEGUARD ->
          own.withSuspicion(ALPHA, BETA, MAX_HEALTH);
      case WEFT_ALONE, WEFT -> own;
    };
  }
}
