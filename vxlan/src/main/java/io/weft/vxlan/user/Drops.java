package io.weft.vxlan.user;

import java.util.concurrent.atomic.AtomicLongArray;

/** What was not passed on, by cause. Written by the encryptor's thread, read by any. */
final class Drops {
  private final AtomicLongArray counts = new AtomicLongArray(DropCause.values().length);

  long of(DropCause cause) {
    return counts.get(index(cause));
  }

  void add(DropCause cause) {
    add(cause, 1);
  }

  void add(DropCause cause, int packets) {
    counts.setOpaque(index(cause), counts.getPlain(index(cause)) + packets);
  }

  /** With a line for people, kept with the peer. */
  void add(DropCause cause, int packets, PeerCounters peer, String error) {
    add(cause, packets);
    peer.lastError = error;
  }

  @SuppressWarnings("EnumOrdinal") // an index into an array of the enum's own size
  private static int index(DropCause cause) {
    return cause.ordinal();
  }
}
