package io.weft.vxlan.user;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What went to and came from one peer, through all its keys. Written by the encryptor's thread. */
final class PeerCounters {
  final AtomicLong txPackets = new AtomicLong();
  final AtomicLong txBytes = new AtomicLong();
  final AtomicLong rxPackets = new AtomicLong();
  final AtomicLong rxBytes = new AtomicLong();
  final AtomicLong replayDrops = new AtomicLong();
  final AtomicLong authDrops = new AtomicLong();
  volatile @Nullable String lastError;

  /** One writer only, so no atomic addition is needed. */
  static void add(AtomicLong counter, long amount) {
    counter.setOpaque(counter.getPlain() + amount);
  }
}
