package io.weft.gossip.transport.netty;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many links of one kind may be open, in all and from one source. An IPv6 source is a /64, as
 * one host can have all the addresses of that. Called by the threads of all event loops.
 */
final class LinkQuota {
  private static final int PREFIX_BYTES = 8;

  private final int most;
  private final int mostOfOneSource;
  private final Map<Source, Integer> bySource = new HashMap<>();
  private int open;

  private record Source(int length, long prefix) {
    static Source of(InetAddress address) {
      byte[] bytes = address.getAddress();
      long prefix = 0;
      for (int i = 0; i < Math.min(bytes.length, PREFIX_BYTES); i++) {
        prefix = (prefix << Byte.SIZE) | (bytes[i] & 0xff);
      }
      return new Source(bytes.length, prefix);
    }
  }

  LinkQuota(int most, int mostOfOneSource) {
    this.most = most;
    this.mostOfOneSource = mostOfOneSource;
  }

  /** Counts one more, or says false when there are too many. */
  synchronized boolean take(InetAddress from) {
    Source source = Source.of(from);
    int ofSource = bySource.getOrDefault(source, 0);
    if (open >= most || ofSource >= mostOfOneSource) {
      return false;
    }
    open++;
    bySource.put(source, ofSource + 1);
    return true;
  }

  /** Counts one less, that was taken before. */
  synchronized void giveBack(InetAddress from) {
    open--;
    bySource.computeIfPresent(Source.of(from), (s, count) -> count == 1 ? null : count - 1);
  }
}
