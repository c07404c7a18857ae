package io.weft.simulator.fleet;

import java.util.Map;

/** Sees a run as it goes, for recordings and reports. It must change nothing. */
public interface RunObserver {
  /** Nobody looks. */
  RunObserver NONE = new RunObserver() {};

  /** What datagrams have in place of a channel's name. */
  String DATAGRAMS = "UDP";

  /**
   * Something that happened.
   *
   * @param host whom it happened to, from 1; 0 for none
   * @param kind such as {@code member-failed}
   */
  default void event(long atNanos, String kind, int host, String detail) {}

  /** What a host believes of all the others: alive, suspect, failed, left. */
  default void view(long atNanos, int host, Map<Integer, String> statesOfOthers) {}

  /** A fault that begins and when it will end; 0 when it is instantaneous or for good. */
  default void fault(long atNanos, long untilNanos, String kind, String detail) {}

  /** A datagram or a message on a link, when it is sent. */
  default void message(long atNanos, int from, int to, String channel, int bytes) {}

  /** A datagram or a message on a link, when it arrives. */
  default void arrived(long atNanos, int from, int to, String channel, long tookNanos) {}
}
