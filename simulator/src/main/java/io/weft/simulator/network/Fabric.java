package io.weft.simulator.network;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.security.identity.NodeId;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The network between hosts 1 to N with addresses of their own: every directed path has its own
 * behaviour and its own faults. Datagrams are lost, doubled, held back and refused when they are
 * too large. A link is like TCP under the agent's transport: in order, nothing lost; while there is
 * no path its messages wait, and both ends give it up after 15 s without a sign of life.
 */
public final class Fabric {
  /** As the agent's transport: a link without a sign of life is dead after this time. */
  public static final long DEAD_LINK_NANOS = 15_000_000_000L;

  /** As the agent's transport: how long a dial may take. */
  static final long DIAL_NANOS = 5_000_000_000L;

  /** TCP sends again after this, then after twice this (RFC 6298 as Linux has it). */
  private static final long RESEND_NANOS = 200_000_000L;

  /** IPv4 and UDP headers. */
  private static final int HEADER_BYTES = 28;

  private static final double BITS = 8e9;

  private final World world;
  private final FabricTap tap;
  private final FabricHost[] hosts;
  private final PathProfile[][] profiles;
  private final Latencies[][] latencies;
  private final long[][] busyUntilNanos;
  private final long[] lives;
  private final PeerAddress[] addresses;
  private final Map<PeerAddress, Integer> byAddress = new TreeMap<>();
  private final RandomGenerator[] randoms;
  private final List<FabricLink> links = new ArrayList<>();
  private final List<Map<Long, FabricLink>> linksByHost = new ArrayList<>();
  private final boolean[] frozen;
  private final PathFaults faults;
  private long nextAcceptedId = 1;

  /**
   * A network.
   *
   * @param paths from host to host, both from 1; index 0 is not used
   * @param startAddresses from 1
   */
  public Fabric(
      World world, PathProfile[][] paths, List<PeerAddress> startAddresses, FabricTap tap) {
    this.world = world;
    this.tap = tap;
    int size = paths.length;
    profiles = paths;
    hosts = new FabricHost[size];
    latencies = new Latencies[size][size];
    busyUntilNanos = new long[size][size];
    lives = new long[size];
    frozen = new boolean[size];
    addresses = new PeerAddress[size];
    randoms = new RandomGenerator[size];
    faults = new PathFaults(size);
    Map<String, Latencies> tables = new TreeMap<>();
    for (int from = 0; from < size; from++) {
      linksByHost.add(new TreeMap<>());
      randoms[from] = world.random().stream("network", from);
      for (int to = 1; from > 0 && to < size; to++) {
        PathProfile path = paths[from][to];
        latencies[from][to] =
            tables.computeIfAbsent(
                path.medianMicros() + "/" + path.p99Micros(),
                key -> new Latencies(path.medianMicros(), path.p99Micros()));
      }
      if (from > 0) {
        readdress(from, startAddresses.get(from - 1));
      }
    }
  }

  /** Puts a host into its place. */
  public void attach(int number, FabricHost host) {
    hosts[number] = host;
  }

  /** Gives a host another address; what is on its way to the old one is lost. */
  public void readdress(int number, PeerAddress address) {
    PeerAddress before = addresses[number];
    if (before != null) {
      byAddress.remove(before);
    }
    addresses[number] = address;
    byAddress.put(address, number);
  }

  /** A host's address now. */
  public PeerAddress address(int number) {
    return addresses[number];
  }

  /** Which host has this address; 0 for none. */
  public int hostAt(PeerAddress address) {
    Integer number = byAddress.get(address);
    return number == null ? 0 : number;
  }

  /** Blocks a directed path, or takes one such block off. */
  public void block(int from, int to, PathFaults.Scope scope, boolean on) {
    faults.block(from, to, scope, on);
  }

  /** After blocks were put on or taken off: links find out. */
  public void pathsChanged() {
    for (FabricLink link : List.copyOf(links)) {
      pathChanged(link);
    }
  }

  /** A further share of datagrams from and to a host is lost, or one such is taken off. */
  public void loss(int host, double rate, boolean on) {
    faults.loss(host, rate, on);
  }

  /** A further share of datagrams from and to a host comes twice, or one such is taken off. */
  public void duplicate(int host, double rate, boolean on) {
    faults.duplicate(host, rate, on);
  }

  /** A further share of datagrams from and to a host is held back, or one such is taken off. */
  public void reorder(int host, double rate, boolean on) {
    faults.reorder(host, rate, on);
  }

  /** All from and to a host takes longer by this; a negative number takes it off. */
  public void delay(int host, long nanos) {
    faults.delay(host, nanos);
  }

  /** Whether a datagram gets from one host to the other, apart from chance. */
  public boolean udpPasses(int from, int to) {
    return faults.udpPasses(from, to);
  }

  /** Whether a link between the two works. */
  public boolean tcpPasses(int one, int other) {
    return faults.tcpPasses(one, other);
  }

  /** The largest IP packet from one host to the other. */
  public int mtu(int from, int to) {
    return profiles[from][to].mtu();
  }

  /** A host's process begins anew: what it knows of links is nothing. */
  public void started(int number) {
    lives[number]++;
  }

  /**
   * A host's process ends.
   *
   * @param silently the machine went with it, so the peers are told nothing
   */
  public void stopped(int number, boolean silently) {
    lives[number]++;
    frozen[number] = false;
    for (FabricLink link : List.copyOf(linksByHost.get(number).values())) {
      int end = link.hosts[FabricLink.DIALLER] == number ? FabricLink.DIALLER : FabricLink.ACCEPTOR;
      link.open[end] = false;
      if (silently) {
        cut(link);
      } else {
        transmit(link, end, FabricLink.Sent.END);
      }
    }
    linksByHost.get(number).clear();
  }

  /** A process stands still, or goes on. */
  public void freeze(int number, boolean on) {
    frozen[number] = on;
    for (FabricLink link : List.copyOf(linksByHost.get(number).values())) {
      pathChanged(link);
    }
  }

  /** Sends a datagram; it may be lost. */
  public void datagram(int from, PeerAddress toAddress, byte[] bytes) {
    int to = hostAt(toAddress);
    if (to == 0 || to == from) {
      return;
    }
    tap.sent(from, to, null, bytes.length);
    PathProfile path = profiles[from][to];
    RandomGenerator random = randoms[from];
    // All numbers are drawn whatever becomes of the datagram, so that a fault shifts no other one.
    double lost = random.nextDouble();
    double doubled = random.nextDouble();
    double heldBack = random.nextDouble();
    long delay = latency(from, to, bytes.length);
    long second = delay + latencies[from][to].draw(random);
    long late = delay + latencies[from][to].draw(random) * 3;
    if (!faults.udpPasses(from, to)
        || bytes.length + HEADER_BYTES > path.mtu()
        || lost < faults.loss(path.loss(), from, to)) {
      return;
    }
    PeerAddress sender = addresses[from];
    boolean held = heldBack < faults.reorder(path.reorder(), from, to);
    deliver(from, sender, to, toAddress, bytes, held ? late : delay);
    if (doubled < faults.duplicate(path.duplicate(), from, to)) {
      deliver(from, sender, to, toAddress, bytes, second);
    }
  }

  private void deliver(
      int from, PeerAddress sender, int to, PeerAddress toAddress, byte[] bytes, long delay) {
    long sentNanos = world.nowNanos();
    world.after(
        delay,
        () -> {
          if (faults.udpPasses(from, to) && toAddress.equals(addresses[to])) {
            switch (hosts[to].door()) {
              case DEAD, CLOSED -> {}
              case FROZEN, OPEN -> {
                trace(1, from, to, bytes.length);
                tap.arrived(from, to, null, world.nowNanos() - sentNanos);
                hosts[to].datagram(sender, bytes);
              }
            }
          }
        });
  }

  /** Opens a link; the answer comes as {@code dialed} or {@code dialFailed}. */
  public void dial(int from, long linkId, PeerAddress address, @Nullable NodeId expected) {
    knock(from, linkId, address, expected, false);
  }

  /** Opens a link without a certificate. */
  public void dialAsJoiner(int from, long linkId, PeerAddress address) {
    knock(from, linkId, address, null, true);
  }

  private void knock(
      int from, long linkId, PeerAddress address, @Nullable NodeId expected, boolean anonymous) {
    long life = lives[from];
    int to = hostAt(address);
    if (to == 0 || to == from) {
      world.after(DIAL_NANOS, () -> refuse(from, life, linkId, "no answer"));
      return;
    }
    long there = latency(from, to, HEADER_BYTES);
    PeerAddress sender = addresses[from];
    world.after(
        there,
        () -> {
          if (!faults.tcpPasses(from, to) || !address.equals(addresses[to])) {
            world.after(DIAL_NANOS, () -> refuse(from, life, linkId, "no answer"));
            return;
          }
          switch (hosts[to].door()) {
            case DEAD, FROZEN ->
                world.after(DIAL_NANOS, () -> refuse(from, life, linkId, "no answer"));
            case CLOSED ->
                world.after(
                    latency(to, from, HEADER_BYTES),
                    () -> refuse(from, life, linkId, "connection refused"));
            case OPEN -> shakeHands(from, life, sender, linkId, to, expected, anonymous);
          }
        });
  }

  private void shakeHands(
      int from,
      long life,
      PeerAddress sender,
      long linkId,
      int to,
      @Nullable NodeId expected,
      boolean anonymous) {
    // TLS takes two more round trips.
    long shake = 4 * latencies[from][to].median();
    NodeId found = hosts[to].identity();
    long toLife = lives[to];
    world.after(
        shake,
        () -> {
          boolean there =
              faults.tcpPasses(from, to)
                  && lives[to] == toLife
                  && hosts[to].door() == FabricHost.Door.OPEN;
          if (lives[from] != life) {
            return;
          }
          if (!there) {
            world.after(DIAL_NANOS, () -> refuse(from, life, linkId, "no answer"));
          } else if (expected != null && !expected.equals(found)) {
            refuse(from, life, linkId, "another host answered");
          } else {
            open(from, sender, linkId, to, anonymous);
          }
        });
  }

  private void open(int from, PeerAddress sender, long linkId, int to, boolean anonymous) {
    long acceptedId = nextAcceptedId;
    nextAcceptedId += 2;
    FabricLink link =
        new FabricLink(from, to, linkId, acceptedId, lives[from], lives[to], anonymous);
    link.open[FabricLink.DIALLER] = true;
    link.open[FabricLink.ACCEPTOR] = true;
    links.add(link);
    linksByHost.get(from).put(linkId, link);
    linksByHost.get(to).put(acceptedId, link);
    trace(2, from, to, 0);
    if (anonymous) {
      hosts[to].joinerAccepted(acceptedId, sender);
    } else {
      hosts[to].accepted(acceptedId, hosts[from].identity(), sender);
    }
    hosts[from].dialed(linkId, hosts[to].identity());
  }

  private void refuse(int from, long life, long linkId, String cause) {
    if (lives[from] == life) {
      trace(4, from, from, 0);
      hosts[from].dialFailed(linkId, cause);
    }
  }

  /**
   * Sends on a link; nothing happens when the link is gone.
   *
   * @param weight how many bytes count: those of the message, unless their number is left to a
   *     chance that no seed decides
   */
  public void send(int from, long linkId, Channel channel, byte[] bytes, int weight) {
    FabricLink link = linksByHost.get(from).get(linkId);
    if (link == null) {
      return;
    }
    int end = end(link, from, linkId);
    tap.sent(from, link.hosts[1 - end], channel, weight);
    if (link.bytesOnTheWay[end] + weight > FabricLink.MAX_BYTES_ON_THE_WAY) {
      closeEnd(link, end, "the peer does not keep up");
    } else {
      transmit(link, end, new FabricLink.Sent(channel, bytes, weight, world.nowNanos()));
    }
  }

  /** Closes a link of this host; the other end hears of it when there is a path. */
  public void close(int from, long linkId) {
    FabricLink link = linksByHost.get(from).remove(linkId);
    if (link != null) {
      int end = end(link, from, linkId);
      link.open[end] = false;
      transmit(link, end, FabricLink.Sent.END);
    }
  }

  private void transmit(FabricLink link, int end, FabricLink.Sent sent) {
    link.onTheWay(end).addLast(sent);
    link.bytesOnTheWay[end] += sent.weight();
    world.at(arrival(link, end, sent.weight()), () -> arrive(link, end));
  }

  private long arrival(FabricLink link, int end, int bytes) {
    int from = link.hosts[end];
    int to = link.hosts[1 - end];
    long delay = latency(from, to, bytes);
    double loss = faults.loss(profiles[from][to].loss(), from, to);
    long resend = RESEND_NANOS;
    while (loss > 0 && resend < DEAD_LINK_NANOS && randoms[from].nextDouble() < loss) {
      delay += resend;
      resend *= 2;
    }
    link.lastArrivalNanos[end] = Math.max(world.nowNanos() + delay, link.lastArrivalNanos[end] + 1);
    return link.lastArrivalNanos[end];
  }

  /** One arrival fell due: the oldest message on the way gets through, if there is a path. */
  private void arrive(FabricLink link, int end) {
    if (link.cut) {
      link.stalled[end]++;
      return;
    }
    FabricLink.Sent sent = link.onTheWay(end).removeFirst();
    link.bytesOnTheWay[end] -= sent.weight();
    int other = 1 - end;
    int to = link.hosts[other];
    Channel channel = sent.channel();
    if (channel == null) {
      closeEnd(link, other, "closed by the peer");
      links.remove(link);
    } else if (link.open[other] && lives[to] == link.lives[other]) {
      trace(5, link.hosts[end], to, sent.weight() * 8L + channel.code());
      tap.arrived(link.hosts[end], to, channel, world.nowNanos() - sent.sentNanos());
      hosts[to].message(link.linkIds[other], channel, sent.bytes());
    }
  }

  private void closeEnd(FabricLink link, int end, String cause) {
    int host = link.hosts[end];
    if (link.open[end] && lives[host] == link.lives[end]) {
      link.open[end] = false;
      linksByHost.get(host).remove(link.linkIds[end]);
      if (!link.open[1 - end]) {
        links.remove(link);
      }
      trace(6, host, link.hosts[1 - end], 0);
      hosts[host].closed(link.linkIds[end], cause);
    }
  }

  private void pathChanged(FabricLink link) {
    int a = link.hosts[FabricLink.DIALLER];
    int b = link.hosts[FabricLink.ACCEPTOR];
    boolean gone = lives[a] != link.lives[0] || lives[b] != link.lives[1];
    if (!faults.tcpPasses(a, b) || frozen[a] || frozen[b]) {
      cut(link);
    } else if (link.cut && !gone) {
      link.cut = false;
      // TCP waits ever longer between its attempts: it finds the path up to as long after as it
      // was gone.
      long away = world.nowNanos() - link.cutNanos;
      for (int end = 0; end < 2; end++) {
        int sender = end;
        long found = world.nowNanos() + randoms[link.hosts[end]].nextLong(away + 1);
        link.lastArrivalNanos[end] = Math.max(link.lastArrivalNanos[end], found);
        for (; link.stalled[end] > 0; link.stalled[end]--) {
          world.at(arrival(link, end, 0), () -> arrive(link, sender));
        }
      }
    }
  }

  private void cut(FabricLink link) {
    if (link.cut) {
      return;
    }
    link.cut = true;
    link.cutNanos = world.nowNanos();
    int cut = ++link.cuts;
    world.after(
        DEAD_LINK_NANOS,
        () -> {
          if (link.cut && link.cuts == cut) {
            links.remove(link);
            closeEnd(link, FabricLink.DIALLER, "nothing heard for too long");
            closeEnd(link, FabricLink.ACCEPTOR, "nothing heard for too long");
          }
        });
  }

  private int end(FabricLink link, int host, long linkId) {
    return link.hosts[FabricLink.DIALLER] == host && link.linkIds[FabricLink.DIALLER] == linkId
        ? FabricLink.DIALLER
        : FabricLink.ACCEPTOR;
  }

  private long latency(int from, int to, int bytes) {
    long latency = latencies[from][to].draw(randoms[from]) + faults.delayNanos(from, to);
    long rate = profiles[from][to].bitsPerSecond();
    if (rate == 0) {
      return latency;
    }
    long begin = Math.max(world.nowNanos(), busyUntilNanos[from][to]);
    busyUntilNanos[from][to] = begin + (long) (bytes * BITS / rate);
    return busyUntilNanos[from][to] - world.nowNanos() + latency;
  }

  private void trace(int kind, int from, int to, long detail) {
    world.trace().add(((long) kind << 56 | (long) from << 40 | (long) to << 24) ^ detail);
  }
}
