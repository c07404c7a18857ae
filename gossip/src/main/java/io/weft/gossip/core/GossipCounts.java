package io.weft.gossip.core;

/**
 * How often a core met what is rare, since it began: a test that is about it asks whether it was
 * there at all.
 *
 * @param deltasCutShort deltas of others' records that were taken of which only the beginning
 *     fitted the message; the rest was asked for
 * @param refutationsWithheld accusations of this node that it left unanswered, as it comes and goes
 */
public record GossipCounts(long deltasCutShort, long refutationsWithheld) {
  /** Of two lives together. */
  public GossipCounts plus(GossipCounts other) {
    return new GossipCounts(
        deltasCutShort + other.deltasCutShort, refutationsWithheld + other.refutationsWithheld);
  }
}
