package io.weft.security.keyring;

import io.weft.security.identity.NodeId;

/** What came of opening a datagram. */
public sealed interface Opened {
  /**
   * A member sealed it: somebody who holds the key of that epoch. Holding it, a member can also
   * seal in another's name; what must not be forged between members is signed by its owner.
   *
   * @param sender who sealed it, as the header says
   * @param generation which start of the sender
   * @param epoch of the key that it was sealed with
   * @param payload what was sealed
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Accepted(NodeId sender, long generation, int epoch, byte[] payload) implements Opened {}

  /**
   * To be dropped and counted.
   *
   * @param cause why
   */
  record Rejected(Cause cause) implements Opened {}

  /** Why a datagram is dropped. */
  enum Cause {
    /** Shorter than header and tag together. */
    TOO_SHORT,
    /** Not a datagram of Weft. */
    BAD_MAGIC,
    /** A version of the format that this one does not know. */
    BAD_VERSION,
    /** Sealed for another cluster. */
    WRONG_CLUSTER,
    /** Sealed with a key of an epoch that is not accepted here. */
    UNKNOWN_KEY,
    /** Forged, damaged, or sealed with another key of the same epoch. */
    BAD_TAG,
    /** Seen before, or so old that it cannot be told. */
    REPLAY
  }
}
