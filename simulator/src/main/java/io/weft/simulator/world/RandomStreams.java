package io.weft.simulator.world;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One seed, many streams. A stream is named by its purpose and the host it serves, so that drawing
 * more from one, or adding a fault with a stream of its own, does not shift any other.
 */
public final class RandomStreams {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final long seed;

  /** The streams of one seed. */
  public RandomStreams(long seed) {
    this.seed = seed;
  }

  /**
   * A stream from its beginning. Asking twice gives the same numbers twice: ask once and keep it.
   *
   * @param purpose what the numbers decide, such as {@code latency}
   * @param host the host they decide it for, or -1 for the world
   */
  public RandomGenerator stream(String purpose, int host) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < purpose.length(); i++) {
      hash = (hash ^ purpose.charAt(i)) * FNV_PRIME;
    }
    return new SplittableRandom(mix(mix(seed) ^ mix(hash) ^ mix(host + 0x9e3779b97f4a7c15L)));
  }

  /** SplitMix64's finalizer (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
