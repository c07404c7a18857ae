package io.weft.simulator.network;

import java.util.ArrayDeque;
import java.util.Deque;

/** One open link: two ends, each with its own id of it, and what is on its way. */
final class SimLink {
  static final int DIALLER = 0;
  static final int ACCEPTOR = 1;

  /** How many messages one direction holds while there is no path; more closes the link. */
  static final int MAX_ON_THE_WAY = 4_096;

  /** Stands in the order of messages where an end closed the link; compared by identity. */
  static final byte[] END = new byte[0];

  final int[] hosts;
  final long[] linkIds;

  /** Which life of its host each end belongs to: a restarted host knows nothing of the link. */
  final long[] lives;

  final boolean[] open = {false, false};
  final long[] lastArrivalNanos = {0, 0};

  /** By sending end: how many arrivals fell due while there was no path. */
  final int[] stalled = {0, 0};

  private final Deque<byte[]> fromDialler = new ArrayDeque<>();
  private final Deque<byte[]> fromAcceptor = new ArrayDeque<>();

  /** Rises with every cut, so that a timer of an earlier cut knows that it is late. */
  int cuts;

  boolean cut;

  SimLink(int dialler, int acceptor, long diallerId, long acceptorId, long[] lives) {
    this.hosts = new int[] {dialler, acceptor};
    this.linkIds = new long[] {diallerId, acceptorId};
    this.lives = lives;
  }

  /** What an end has sent and the other has not got yet, in order. */
  Deque<byte[]> onTheWay(int end) {
    return end == DIALLER ? fromDialler : fromAcceptor;
  }
}
