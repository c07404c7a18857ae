package io.weft.gossip.wire;

/** What was read is no message; never leaves the codec. */
final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong with it. */
  enum Kind {
    /** It is not protobuf. */
    PROTOBUF,
    /** A field is missing or outside its range. */
    FIELD
  }

  private final Kind kind;

  private BadMessageException(Kind kind) {
    super(null, null, false, false); // no stack: anybody may cause it as often as he likes
    this.kind = kind;
  }

  static BadMessageException of(Kind kind) {
    return new BadMessageException(kind);
  }

  Decoded.Cause cause() {
    return kind == Kind.FIELD ? Decoded.Cause.BAD_FIELD : Decoded.Cause.BAD_PROTOBUF;
  }
}
