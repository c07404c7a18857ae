package io.weft.gossip.transport;

import org.jspecify.annotations.Nullable;

/** What a link's messages are about. Messages of one channel on one link keep their order. */
public enum Channel {
  GOSSIP(1),
  RAFT(2),
  REGISTRY(3),
  TUNNEL(4),
  /** The only one that a peer without a certificate may use. */
  JOIN(5);

  private final int code;

  Channel(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The channel of a wire number, or null: the peer may be newer. */
  public static @Nullable Channel ofCode(int code) {
    return switch (code) {
      case 1 -> GOSSIP;
      case 2 -> RAFT;
      case 3 -> REGISTRY;
      case 4 -> TUNNEL;
      case 5 -> JOIN;
      default -> null;
    };
  }
}
