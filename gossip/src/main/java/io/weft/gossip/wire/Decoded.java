package io.weft.gossip.wire;

/** What came of reading a message: malformed input is a result, never an exception. */
public sealed interface Decoded {

  /** It is a message. */
  record Message(Envelope envelope) implements Decoded {}

  /** It is not. */
  record Malformed(Cause cause) implements Decoded {}

  /** Why it is not. */
  enum Cause {
    /** Shorter than the header. */
    TOO_SHORT,
    /** Not of this protocol. */
    BAD_MAGIC,
    /** Written in a version that is not spoken here. */
    BAD_VERSION,
    /** The bytes after the header are no such protobuf message. */
    BAD_PROTOBUF,
    /** A field is missing, or outside its range. */
    BAD_FIELD,
    /** It speaks for somebody else than who sealed it or whose link it came by. */
    WRONG_SENDER,
    /** Of a member's life that is too late to be one; only that item is dropped. */
    IMPLAUSIBLE,
    /** A record that its owner has not signed; it and what comes behind it are dropped. */
    FORGED
  }
}
