package io.weft.simulator.network;

import io.weft.gossip.transport.Channel;
import org.jspecify.annotations.Nullable;

/** Hears of all that is sent. It must change nothing. */
@FunctionalInterface
public interface FabricTap {
  /**
   * Something is sent.
   *
   * @param channel null: a datagram
   */
  void sent(int from, int to, @Nullable Channel channel, int bytes);
}
