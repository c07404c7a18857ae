package io.weft.overlay.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Datagrams that are delayed and lost, links that are slow and break, partitions. */
final class ModelNetwork {
  /** After so long a link over a cut is given up by both ends. */
  static final long DEAD_LINK_MILLIS = 3_000;

  /** Says whether a message on a link gets through. */
  interface Filter {
    boolean passes(int from, int to, Channel channel, byte[] bytes);
  }

  private static final int ANONYMOUS = -1;

  private static final class Link {
    final int dialler;
    final int acceptor;
    final long diallerId;
    final long acceptorId;
    final @Nullable Joiner joiner;
    boolean open = true;
    boolean doomed;
    long lastArrivalNanos = Long.MIN_VALUE;

    Link(int dialler, long diallerId, int acceptor, long acceptorId, @Nullable Joiner joiner) {
      this.dialler = dialler;
      this.diallerId = diallerId;
      this.acceptor = acceptor;
      this.acceptorId = acceptorId;
      this.joiner = joiner;
    }
  }

  /** Somebody without a certificate, on a link of its own. */
  final class Joiner {
    final List<JoinReply> replies = new ArrayList<>();
    boolean closedByHost;
    private final Link link;

    private Joiner(int acceptor, long acceptorId) {
      link = new Link(ANONYMOUS, 0, acceptor, acceptorId, this);
      links.add(link);
    }

    void send(byte[] request) {
      send(Channel.JOIN, request);
    }

    void send(Channel channel, byte[] bytes) {
      carry(link, true, channel, bytes);
    }

    void close() {
      end(link, "the joiner closed it");
    }
  }

  private final VirtualClock clock;
  private final SortedMap<Integer, SimHost> hosts;
  private final List<Link> links = new ArrayList<>();
  private Set<Integer> side = Set.of();
  private long nextAcceptedId = 1;
  int datagramLossPercent;
  Filter filter = (from, to, channel, bytes) -> true;

  ModelNetwork(VirtualClock clock, SortedMap<Integer, SimHost> hosts) {
    this.clock = clock;
    this.hosts = hosts;
  }

  static PeerAddress address(int number) {
    return PeerAddress.parse("10.0.0." + number + ":7940");
  }

  private @Nullable SimHost at(PeerAddress address) {
    return hosts.values().stream()
        .filter(h -> h.isRunning() && h.address.equals(address))
        .findFirst()
        .orElse(null);
  }

  private boolean isCut(int a, int b) {
    return a != ANONYMOUS && side.contains(a) != side.contains(b);
  }

  /** Cuts these hosts off from all others. */
  void cut(Integer... numbers) {
    side = Set.of(numbers);
    for (Link link : links) {
      if (link.open && isCut(link.dialler, link.acceptor)) {
        link.doomed = true;
        clock.afterMillis(DEAD_LINK_MILLIS, () -> end(link, "no sign of life"));
      }
    }
  }

  void heal() {
    side = Set.of();
  }

  /** Breaks the links between two hosts once. */
  void breakLinks(int a, int b) {
    for (Link link : List.copyOf(links)) {
      if (Set.of(link.dialler, link.acceptor).equals(Set.of(a, b))) {
        end(link, "broken");
      }
    }
  }

  void datagram(SimHost from, PeerAddress to, byte[] bytes) {
    boolean lost = clock.random().nextInt(100) < datagramLossPercent;
    long delay = 1L + clock.random().nextInt(4);
    SimHost target = at(to);
    if (lost || target == null || isCut(from.number, target.number)) {
      return;
    }
    clock.afterMillis(
        delay,
        () -> {
          if (!isCut(from.number, target.number)) {
            target.put(new HostInput.Datagram(from.address, bytes));
          }
        });
  }

  void dial(SimHost from, long linkId, PeerAddress to, @Nullable NodeId expected) {
    Object life = from.life();
    clock.afterMillis(
        2,
        () -> {
          SimHost target = at(to);
          if (from.life() != life) {
            return;
          }
          if (target == null || isCut(from.number, target.number)) {
            clock.afterMillis(
                500, () -> from.putIn(life, new HostInput.DialFailed(linkId, "timed out")));
          } else if (expected != null && !expected.equals(target.id)) {
            from.put(new HostInput.DialFailed(linkId, "another host answered"));
          } else {
            long acceptedId = nextAcceptedId;
            nextAcceptedId += 2;
            links.add(new Link(from.number, linkId, target.number, acceptedId, null));
            from.put(new HostInput.Dialed(linkId, target.id));
            target.put(new HostInput.Accepted(acceptedId, from.id, from.address));
          }
        });
  }

  Joiner joiner(SimHost at) {
    return joiner(at, PeerAddress.parse("10.0.9.9:4000"));
  }

  Joiner joiner(SimHost at, PeerAddress from) {
    long id = nextAcceptedId;
    nextAcceptedId += 2;
    Joiner joiner = new Joiner(at.number, id);
    at.put(new HostInput.JoinerAccepted(id, from));
    return joiner;
  }

  private @Nullable Link find(int number, long linkId) {
    for (Link link : links) {
      boolean mine =
          (link.dialler == number && link.diallerId == linkId)
              || (link.acceptor == number && link.acceptorId == linkId);
      if (mine && link.open) {
        return link;
      }
    }
    return null;
  }

  void send(SimHost from, long linkId, Channel channel, byte[] bytes) {
    Link link = find(from.number, linkId);
    if (link != null) {
      carry(link, link.dialler == from.number && link.diallerId == linkId, channel, bytes);
    }
  }

  /** A message as if the core of {@code from} had sent it; lost when there is no link. */
  void sendBetween(SimHost from, SimHost to, Channel channel, byte[] bytes) {
    for (Link link : List.copyOf(links)) {
      boolean forth = link.dialler == from.number && link.acceptor == to.number;
      boolean back = link.dialler == to.number && link.acceptor == from.number;
      if (forth || back) {
        carry(link, forth, channel, bytes);
        return;
      }
    }
  }

  private void carry(Link link, boolean byDialler, Channel channel, byte[] bytes) {
    int from = byDialler ? link.dialler : link.acceptor;
    int to = byDialler ? link.acceptor : link.dialler;
    if (link.doomed || !filter.passes(from, to, channel, bytes)) {
      return;
    }
    long arrival = clock.nowNanos() + 1_000_000L * (1 + clock.random().nextInt(3));
    link.lastArrivalNanos = Math.max(arrival, link.lastArrivalNanos); // in order
    clock.at(
        link.lastArrivalNanos,
        () -> {
          if (!link.open || link.doomed) {
            return;
          }
          Joiner joiner = link.joiner;
          if (joiner != null && !byDialler) {
            joiner.replies.add(parse(bytes));
            return;
          }
          SimHost target = hosts.get(to);
          if (target != null) {
            target.put(
                new HostInput.Message(
                    byDialler ? link.acceptorId : link.diallerId, channel, bytes));
          }
        });
  }

  private static JoinReply parse(byte[] bytes) {
    try {
      return JoinReply.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  void close(SimHost host, long linkId) {
    Link link = find(host.number, linkId);
    if (link != null) {
      // What was sent before still arrives.
      clock.afterMillis(5, () -> end(link, "closed by one side"));
    }
  }

  private void end(Link link, String cause) {
    if (!link.open) {
      return;
    }
    link.open = false;
    links.remove(link);
    Joiner joiner = link.joiner;
    if (joiner != null) {
      joiner.closedByHost = true;
    }
    tell(link.dialler, link.diallerId, cause);
    tell(link.acceptor, link.acceptorId, cause);
  }

  private void tell(int number, long linkId, String cause) {
    SimHost host = hosts.get(number);
    if (host != null) {
      host.put(new HostInput.Closed(linkId, cause));
    }
  }

  /** A host's process is gone; its kernel resets its links. */
  void gone(SimHost host) {
    for (Link link : List.copyOf(links)) {
      if (link.dialler == host.number || link.acceptor == host.number) {
        end(link, "reset by the peer");
      }
    }
  }
}
