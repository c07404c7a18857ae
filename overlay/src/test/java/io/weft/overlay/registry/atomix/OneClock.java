package io.weft.overlay.registry.atomix;

import io.weft.raft.RaftRuntime;
import java.util.OptionalLong;

/** A runtime among engines that all have one clock: what others say of the time is nothing new. */
public interface OneClock extends RaftRuntime {
  @Override
  default void heard(long leaderMillis) {}

  @Override
  default void told(long voterMillis) {}

  @Override
  default OptionalLong agreedMillis() {
    return OptionalLong.of(wallMillis());
  }

  @Override
  default long leaderMillis() {
    return wallMillis();
  }
}
