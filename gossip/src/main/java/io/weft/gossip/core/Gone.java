package io.weft.gossip.core;

/** What is kept of a member that failed or left. */
final class Gone implements Plight {
  /** Since when it is known to have left. */
  long leftNanos;

  /** How often it was greeted in vain since it failed, and when it is again. */
  int greetings;

  long nextGreetingNanos;
}
