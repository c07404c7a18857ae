package io.weft.simulator.network;

import io.weft.gossip.transport.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One open link: two ends, each with its own id of it, and what is on its way. */
final class FabricLink {
  static final int DIALLER = 0;
  static final int ACCEPTOR = 1;

  /** How many bytes one direction holds while there is no path; more closes the link. */
  static final int MAX_BYTES_ON_THE_WAY = 4 << 20;

  /** A message; without a channel it stands where the sending end closed the link. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sent(@Nullable Channel channel, byte[] bytes, int weight, long sentNanos) {
    static final Sent END = new Sent(null, new byte[0], 0, 0);
  }

  final int[] hosts;
  final long[] linkIds;

  /** Which life of its host each end belongs to: a restarted host knows nothing of the link. */
  final long[] lives;

  final boolean anonymous;
  final boolean[] open = {false, false};
  final long[] lastArrivalNanos = {0, 0};
  final int[] bytesOnTheWay = {0, 0};

  /** By sending end: how many arrivals fell due while there was no path. */
  final int[] stalled = {0, 0};

  private final Deque<Sent> fromDialler = new ArrayDeque<>();
  private final Deque<Sent> fromAcceptor = new ArrayDeque<>();

  /** Rises with every cut, so that a timer of an earlier cut knows that it is late. */
  int cuts;

  boolean cut;
  long cutNanos;

  FabricLink(
      int dialler,
      int acceptor,
      long diallerId,
      long acceptorId,
      long diallerLife,
      long acceptorLife,
      boolean anonymous) {
    this.hosts = new int[] {dialler, acceptor};
    this.linkIds = new long[] {diallerId, acceptorId};
    this.lives = new long[] {diallerLife, acceptorLife};
    this.anonymous = anonymous;
  }

  /** What an end has sent and the other has not got yet, in order. */
  Deque<Sent> onTheWay(int end) {
    return end == DIALLER ? fromDialler : fromAcceptor;
  }
}
