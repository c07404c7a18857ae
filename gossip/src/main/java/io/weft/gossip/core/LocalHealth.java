package io.weft.gossip.core;

/**
 * How well this node itself does, by what its own probes meet: a slow node gives others more time
 * before it blames them (Lifeguard, section IV-A, LHA-Probe).
 */
final class LocalHealth {
  private final int max;
  private int score;

  LocalHealth(int max) {
    this.max = max;
  }

  void worse() {
    score = Math.min(max, score + 1);
  }

  void better() {
    score = Math.max(0, score - 1);
  }

  /** By how much times are stretched now: 1 when all is well. */
  int factor() {
    return 1 + score;
  }
}
