package io.weft.simulator.network;

import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The network between hosts 0 to N-1. A datagram is lost by chance, or when there is no path at
 * either end of its way. A link is like TCP: in order, nothing lost; while there is no path its
 * messages wait, and when the path stays away for too long both ends give it up.
 */
public final class SimNetwork {
  private final World world;
  private final NetworkProfile profile;
  private final Distance distance;
  private final List<Host> hosts = new ArrayList<>();
  private final List<SimLink> links = new ArrayList<>();

  /** How far it is from one host to another. */
  public interface Distance {
    /** What a datagram takes on the way, above what the profile says. */
    long nanos(int from, int to);
  }

  private static final class Host {
    final Endpoint endpoint;
    final RandomGenerator latency;
    final RandomGenerator loss;

    /** How often its process ended. */
    long lives;

    /** By the host's own id of the link. */
    final Map<Long, SimLink> links = new TreeMap<>();

    Host(Endpoint endpoint, RandomGenerator latency, RandomGenerator loss) {
      this.endpoint = endpoint;
      this.latency = latency;
      this.loss = loss;
    }
  }

  /** {@code [from][to]}; null when nothing is blocked. */
  private boolean @Nullable [][] blocked;

  private long nextAcceptedId = 1;
  private long datagramsSent;
  private long datagramBytes;

  /** A network without hosts, all of which will be near each other. */
  public SimNetwork(World world, NetworkProfile profile) {
    this(world, profile, (from, to) -> 0);
  }

  /** A network without hosts; they will be so far from each other. */
  public SimNetwork(World world, NetworkProfile profile, Distance distance) {
    this.world = world;
    this.profile = profile;
    this.distance = distance;
  }

  /** Adds the next host; its number is how many there were. */
  public int attach(Endpoint endpoint) {
    int host = hosts.size();
    hosts.add(
        new Host(
            endpoint, world.random().stream("latency", host), world.random().stream("loss", host)));
    return host;
  }

  /** How many datagrams hosts have sent. */
  public long datagramsSent() {
    return datagramsSent;
  }

  /** How many bytes were in them. */
  public long datagramBytes() {
    return datagramBytes;
  }

  /**
   * Blocks and opens directed paths: {@code blocked[from][to]}; what was set before is forgotten.
   */
  public void block(boolean[][] paths) {
    boolean[][] copy = new boolean[paths.length][];
    for (int from = 0; from < paths.length; from++) {
      copy[from] = paths[from].clone();
    }
    blocked = copy;
    for (SimLink link : List.copyOf(links)) {
      pathChanged(link);
    }
  }

  /** The host's process ends: its ends of all links are gone without a word to the others. */
  public void crashed(int host) {
    hosts.get(host).lives++;
    for (SimLink link : hosts.get(host).links.values()) {
      int end = link.hosts[SimLink.DIALLER] == host ? SimLink.DIALLER : SimLink.ACCEPTOR;
      link.open[end] = false;
      cut(link);
    }
    hosts.get(host).links.clear();
  }

  /** Sends a datagram; it may be lost. */
  public void sendDatagram(int from, int to, byte[] payload) {
    datagramsSent++;
    datagramBytes += payload.length;
    Host sender = hosts.get(from);
    boolean lost = sender.loss.nextDouble() < profile.loss();
    long delay = latency(sender) + distance.nanos(from, to);
    if (lost || isBlocked(from, to)) {
      return;
    }
    world.after(
        delay,
        () -> {
          Endpoint receiver = hosts.get(to).endpoint;
          if (!isBlocked(from, to) && receiver.running()) {
            trace(1, from, to, payload);
            receiver.datagram(from, payload);
          }
        });
  }

  /** Opens a link; the answer comes as {@code dialed} or {@code dialFailed}. */
  public void dial(int from, long linkId, int to) {
    long life = hosts.get(from).lives;
    long there = latency(from);
    if (!path(from, to)) {
      world.after(profile.dialTimeoutNanos(), () -> refuse(from, life, linkId, "no answer"));
      return;
    }
    world.after(there, () -> arrive(from, life, linkId, to));
  }

  private void arrive(int from, long life, long linkId, int to) {
    if (!path(from, to) || !hosts.get(to).endpoint.running()) {
      world.after(profile.dialTimeoutNanos(), () -> refuse(from, life, linkId, "no answer"));
      return;
    }
    long acceptedId = nextAcceptedId;
    nextAcceptedId += 2;
    SimLink link =
        new SimLink(from, to, linkId, acceptedId, new long[] {life, hosts.get(to).lives});
    link.open[SimLink.ACCEPTOR] = true;
    links.add(link);
    hosts.get(to).links.put(acceptedId, link);
    trace(2, from, to, null);
    hosts.get(to).endpoint.accepted(acceptedId, from);
    world.after(latency(to), () -> answer(link));
  }

  private void answer(SimLink link) {
    int from = link.hosts[SimLink.DIALLER];
    long linkId = link.linkIds[SimLink.DIALLER];
    if (hosts.get(from).lives != link.lives[SimLink.DIALLER]) {
      cut(link);
    } else if (!link.open[SimLink.ACCEPTOR]) {
      refuse(from, link.lives[SimLink.DIALLER], linkId, "closed by the peer");
    } else {
      link.open[SimLink.DIALLER] = true;
      hosts.get(from).links.put(linkId, link);
      trace(3, from, link.hosts[SimLink.ACCEPTOR], null);
      hosts.get(from).endpoint.dialed(linkId, link.hosts[SimLink.ACCEPTOR]);
      pathChanged(link);
    }
  }

  private void refuse(int from, long life, long linkId, String cause) {
    if (hosts.get(from).lives == life) {
      trace(4, from, from, null);
      hosts.get(from).endpoint.dialFailed(linkId, cause);
    }
  }

  /** Sends on a link; nothing happens when the link is gone. */
  public void send(int from, long linkId, byte[] payload) {
    SimLink link = hosts.get(from).links.get(linkId);
    if (link == null) {
      return;
    }
    int end = end(link, from, linkId);
    if (link.onTheWay(end).size() >= SimLink.MAX_ON_THE_WAY) {
      closeEnd(link, end, "the peer does not keep up");
    } else {
      transmit(link, end, payload);
    }
  }

  /** Closes a link of this host; the other end hears of it when there is a path. */
  public void close(int from, long linkId) {
    SimLink link = hosts.get(from).links.remove(linkId);
    if (link != null) {
      int end = end(link, from, linkId);
      link.open[end] = false;
      transmit(link, end, SimLink.END);
    }
  }

  private void transmit(SimLink link, int end, byte[] payload) {
    link.onTheWay(end).addLast(payload);
    world.at(arrival(link, end), () -> arrive(link, end));
  }

  private long arrival(SimLink link, int end) {
    long time = world.nowNanos() + latency(link.hosts[end]);
    link.lastArrivalNanos[end] = Math.max(time, link.lastArrivalNanos[end] + 1);
    return link.lastArrivalNanos[end];
  }

  /** One arrival fell due: the oldest message on the way gets through, if there is a path. */
  private void arrive(SimLink link, int end) {
    if (link.cut) {
      link.stalled[end]++;
      return;
    }
    byte[] payload = link.onTheWay(end).removeFirst();
    int other = 1 - end;
    if (payload == SimLink.END) {
      closeEnd(link, other, "closed by the peer");
      links.remove(link);
    } else if (link.open[other] && hosts.get(link.hosts[other]).endpoint.running()) {
      trace(5, link.hosts[end], link.hosts[other], payload);
      hosts.get(link.hosts[other]).endpoint.message(link.linkIds[other], payload);
    }
  }

  private void closeEnd(SimLink link, int end, String cause) {
    int host = link.hosts[end];
    if (link.open[end] && hosts.get(host).lives == link.lives[end]) {
      link.open[end] = false;
      hosts.get(host).links.remove(link.linkIds[end]);
      if (!link.open[1 - end]) {
        links.remove(link);
      }
      trace(6, host, link.hosts[1 - end], null);
      hosts.get(host).endpoint.closed(link.linkIds[end], cause);
    }
  }

  private void pathChanged(SimLink link) {
    int a = link.hosts[SimLink.DIALLER];
    int b = link.hosts[SimLink.ACCEPTOR];
    boolean bothRun = hosts.get(a).lives == link.lives[0] && hosts.get(b).lives == link.lives[1];
    if (!path(a, b) || !bothRun) {
      cut(link);
    } else if (link.cut) {
      link.cut = false;
      for (int end = 0; end < 2; end++) {
        int sender = end;
        for (; link.stalled[end] > 0; link.stalled[end]--) {
          world.at(arrival(link, end), () -> arrive(link, sender));
        }
      }
    }
  }

  private void cut(SimLink link) {
    if (link.cut) {
      return;
    }
    link.cut = true;
    int cut = ++link.cuts;
    world.after(
        profile.deadLinkNanos(),
        () -> {
          if (link.cut && link.cuts == cut) {
            links.remove(link);
            closeEnd(link, SimLink.DIALLER, "nothing heard for too long");
            closeEnd(link, SimLink.ACCEPTOR, "nothing heard for too long");
          }
        });
  }

  /** A link needs both directions: what is sent must be acknowledged. */
  private boolean path(int from, int to) {
    return !isBlocked(from, to) && !isBlocked(to, from);
  }

  private boolean isBlocked(int from, int to) {
    boolean[][] now = blocked;
    return now != null && now[from][to];
  }

  private int end(SimLink link, int host, long linkId) {
    return link.hosts[SimLink.DIALLER] == host && link.linkIds[SimLink.DIALLER] == linkId
        ? SimLink.DIALLER
        : SimLink.ACCEPTOR;
  }

  private long latency(int from) {
    return latency(hosts.get(from));
  }

  private long latency(Host from) {
    long spread = profile.maxLatencyNanos() - profile.minLatencyNanos();
    return profile.minLatencyNanos() + from.latency.nextLong(spread + 1);
  }

  private void trace(int kind, int from, int to, byte @Nullable [] payload) {
    world.trace().add(kind);
    world.trace().add((long) from << 32 | to);
    if (payload != null) {
      world.trace().add(payload);
    }
  }
}
