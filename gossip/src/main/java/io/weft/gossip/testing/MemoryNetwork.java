package io.weft.gossip.testing;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory with a clock of its own: everything that is on its way stands in one queue,
 * ordered by time, and moves only when {@link #runUntil} or {@link #step} is called. The same calls
 * with the same seed give the same run. One thread only.
 *
 * <p>A cut loses datagrams at once; a link over a cut is noticed dead after {@link
 * #DEAD_LINK_MILLIS}, as by keepalives, and a dial over a cut fails after {@link
 * #DIAL_TIMEOUT_MILLIS}.
 */
public final class MemoryNetwork {

  /** After how long a link over a cut is closed on both sides. */
  public static final long DEAD_LINK_MILLIS = 15_000;

  /** After how long a dial over a cut fails. */
  public static final long DIAL_TIMEOUT_MILLIS = 5_000;

  /** The most events on their way; more is a bug in what runs on the network. */
  static final int MAX_QUEUED = 1_000_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private record Event(long atNanos, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final RandomGenerator random;
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final TreeMap<PeerAddress, MemoryTransport> transports = new TreeMap<>();
  private final TreeSet<String> cuts = new TreeSet<>();
  private final List<MemoryLink> links = new ArrayList<>();
  private long nowNanos;
  private long order;
  private double lossRate;
  private long minDelayNanos = NANOS_PER_MILLI / 2;
  private long maxDelayNanos = 2 * NANOS_PER_MILLI;

  /** An empty network at time 0. */
  public MemoryNetwork(RandomGenerator random) {
    this.random = random;
  }

  /** A transport at this address for this member. */
  public MemoryTransport transport(PeerAddress address, NodeId member) {
    return new MemoryTransport(this, address, member);
  }

  /** A transport at this address for somebody without a certificate. */
  public MemoryTransport anonymousTransport(PeerAddress address) {
    return new MemoryTransport(this, address, null);
  }

  /** The network's time. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Loses this share of the datagrams from now on (links repair loss by themselves). */
  public void loseDatagrams(double rate) {
    lossRate = rate;
  }

  /** Datagrams and link messages take a time between these two from now on. */
  public void delay(long minMillis, long maxMillis) {
    minDelayNanos = minMillis * NANOS_PER_MILLI;
    maxDelayNanos = maxMillis * NANOS_PER_MILLI;
  }

  /** Cuts both ways between two addresses. */
  public void cut(PeerAddress a, PeerAddress b) {
    cutOneWay(a, b);
    cutOneWay(b, a);
  }

  /** Loses all that the first sends to the second. */
  public void cutOneWay(PeerAddress from, PeerAddress to) {
    cuts.add(key(from, to));
    for (MemoryLink link : List.copyOf(links)) {
      if (link.joins(from, to)) {
        after(DEAD_LINK_MILLIS, link::breakIfCut);
      }
    }
  }

  /** Mends both ways between two addresses. */
  public void heal(PeerAddress a, PeerAddress b) {
    cuts.remove(key(a, b));
    cuts.remove(key(b, a));
  }

  /** Mends everything. */
  public void healAll() {
    cuts.clear();
  }

  /** Calls an action at a time. */
  public void at(long timeNanos, Runnable action) {
    if (queue.size() >= MAX_QUEUED) {
      throw new IllegalStateException("more than " + MAX_QUEUED + " events are on their way");
    }
    queue.add(new Event(Math.max(timeNanos, nowNanos), order++, action));
  }

  /** Calls an action after a time. */
  public void after(long millis, Runnable action) {
    at(nowNanos + millis * NANOS_PER_MILLI, action);
  }

  /** Does the next event, if there is one; false when nothing is on its way. */
  public boolean step() {
    Event event = queue.poll();
    if (event == null) {
      return false;
    }
    nowNanos = event.atNanos();
    event.action().run();
    return true;
  }

  /** Does all events up to this time, and sets the clock to it. */
  public void runUntil(long timeNanos) {
    while (!queue.isEmpty() && queue.peek().atNanos() <= timeNanos) {
      step();
    }
    nowNanos = Math.max(nowNanos, timeNanos);
  }

  /** Lets this much time pass. */
  public void runMillis(long millis) {
    runUntil(nowNanos + millis * NANOS_PER_MILLI);
  }

  boolean reachable(PeerAddress from, PeerAddress to) {
    return !cuts.contains(key(from, to));
  }

  void listen(MemoryTransport transport) {
    if (transports.putIfAbsent(transport.localAddress(), transport) != null) {
      throw new IllegalStateException("address " + transport.localAddress() + " is taken");
    }
  }

  void gone(MemoryTransport transport) {
    transports.remove(transport.localAddress(), transport);
    for (MemoryLink link : List.copyOf(links)) {
      link.endOf(transport, "the peer closed the link");
    }
  }

  @Nullable MemoryTransport listening(PeerAddress address) {
    return transports.get(address);
  }

  long delayNanos() {
    return minDelayNanos + random.nextLong(maxDelayNanos - minDelayNanos + 1);
  }

  void datagram(PeerAddress from, PeerAddress to, byte[] payload) {
    if (!reachable(from, to) || (lossRate > 0 && random.nextDouble() < lossRate)) {
      return;
    }
    byte[] copy = payload.clone();
    at(
        nowNanos + delayNanos(),
        () -> {
          MemoryTransport receiver = transports.get(to);
          if (receiver != null) {
            receiver.deliver(listener -> listener.datagram(from, copy));
          }
        });
  }

  void dial(MemoryTransport dialer, long linkId, PeerAddress to, @Nullable NodeId expected) {
    PeerAddress from = dialer.localAddress();
    if (!reachable(from, to) || !reachable(to, from)) {
      after(DIAL_TIMEOUT_MILLIS, () -> dialer.dialFailed(linkId, "no answer from " + to));
      return;
    }
    at(
        nowNanos + delayNanos(),
        () -> {
          MemoryTransport acceptor = transports.get(to);
          if (acceptor == null) {
            dialer.dialFailed(linkId, "connection refused by " + to);
          } else if (acceptor.member() == null) {
            dialer.dialFailed(linkId, "the peer at " + to + " has no certificate");
          } else if (expected != null && !expected.equals(acceptor.member())) {
            dialer.dialFailed(
                linkId, "another node answers at " + to + ": " + acceptor.member().shortForm());
          } else {
            MemoryLink link = new MemoryLink(this, dialer, linkId, acceptor);
            links.add(link);
            link.open();
          }
        });
  }

  void forget(MemoryLink link) {
    links.remove(link);
  }

  private static String key(PeerAddress from, PeerAddress to) {
    return from + ">" + to;
  }

  /** Whether a channel is open to a peer with this identity. */
  static boolean allowed(@Nullable NodeId sender, Channel channel) {
    return sender != null || channel == Channel.JOIN;
  }
}
