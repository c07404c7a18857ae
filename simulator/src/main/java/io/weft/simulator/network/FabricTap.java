package io.weft.simulator.network;

import io.weft.gossip.transport.Channel;
import org.jspecify.annotations.Nullable;

/** Hears of all that is sent, and arrives. It must change nothing. */
public interface FabricTap {
  /**
   * Something is sent.
   *
   * @param channel null: a datagram
   */
  void sent(int from, int to, @Nullable Channel channel, int bytes);

  /**
   * Something arrives now.
   *
   * @param channel null: a datagram
   * @param tookNanos how long it was on its way
   */
  void arrived(int from, int to, @Nullable Channel channel, long tookNanos);
}
