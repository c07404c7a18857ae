package io.weft.gossip.core;

/**
 * What is asked after every message, of all the parts of one core together: when each is next due,
 * and whether it has anything to tell. Each part writes its own line here when that changes, which
 * is seldom. Were it kept with the parts, each turn would read a dozen objects to learn that there
 * is nothing to do; and of a thousand simulated hosts, whose turns alternate, none lies in a cache.
 *
 * <p>Times are on the caller's clock, {@link Long#MAX_VALUE} for never.
 */
final class Agenda {
  /** When this turn is. */
  long nowNanos;

  /** When the next probe is due; {@link Prober}'s, as is the next. */
  long nextProbeNanos;

  /** When the first of the open probes is due for something. */
  long openProbesNanos = Long.MAX_VALUE;

  /** When the first of the pings for others is due for something; {@link Relays}'. */
  long relaysNanos = Long.MAX_VALUE;

  /** When the first suspicion ends; {@link Roster}'s. */
  long suspicionNanos = Long.MAX_VALUE;

  /** When the first left-over of a former life is to be dropped; {@link RecordStore}'s. */
  long leftoverNanos = Long.MAX_VALUE;

  /** When the first open query ends; {@link Questions}'. */
  long questionNanos = Long.MAX_VALUE;

  /** How many accusations and suspects wait for the prober; {@link Tips}'. */
  int tips;

  /** Whether any member failed or left; {@link Roster}'s. */
  boolean gone;

  /** Whether somebody holds more of any owner's records than this node; {@link RecordStore}'s. */
  boolean behind;

  /** Whether any records grow old: tombstones, left-overs; {@link RecordStore}'s. */
  boolean aging;

  /** Whether anything of members or records is to be told; {@link News}'s. */
  boolean news;

  /** Whether any event or query of users is to be told; {@link Broadcasts}'. */
  boolean untold;

  /** Whether any event or query is kept; {@link Broadcasts}'. */
  boolean kept;

  /** Whether anybody of the cluster was heard; {@link Broadcasts}'. */
  boolean joined;

  /** Whether there is anything to tell. */
  boolean tidings() {
    return news || untold;
  }

  /** When the first part is due that works whether or not this node is leaving. */
  long nextNanos() {
    return Math.min(suspicionNanos, Math.min(leftoverNanos, questionNanos));
  }

  /** When the prober and its relays are due: at once while there are tips. */
  long nextProberNanos() {
    return tips > 0
        ? Long.MIN_VALUE / 2 // far in the past, and far from overflow
        : Math.min(nextProbeNanos, Math.min(openProbesNanos, relaysNanos));
  }
}
