package io.weft.gossip;

/**
 * Which parts of the failure detector work beside SWIM's probes, suspicions and refutations (Das,
 * Gupta and Motivala 2002). A host runs with all of them; experiments leave some out to see what
 * each is good for.
 *
 * @param localHealth a node that does badly probes less often and waits longer (Lifeguard, section
 *     IV-A)
 * @param decayingSuspicion a suspicion lasts long and gets shorter with each who finds the same
 *     (Lifeguard, section IV-B)
 * @param buddy a suspect is told so in whatever probes or answers it (Lifeguard, section IV-C)
 * @param witnesses several look for themselves when a member is suspected, what they agree on is
 *     believed soon, and nobody is failed by one other's word
 * @param measuredTimeouts an answer is waited for as long as the member's round trips need
 * @param restraint a node that is called failed again and again while it hears little does not
 *     refute it before it is well
 */
public record Detector(
    boolean localHealth,
    boolean decayingSuspicion,
    boolean buddy,
    boolean witnesses,
    boolean measuredTimeouts,
    boolean restraint) {
  /** SWIM alone. */
  public static final Detector SWIM = new Detector(false, false, false, false, false, false);

  /** Lifeguard whole. */
  public static final Detector LIFEGUARD = new Detector(true, true, true, false, false, false);

  /** All there is. */
  public static final Detector WEFT = new Detector(true, true, true, true, true, true);
}
