package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.link.LinkEffects;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.testing.MemoryNetwork;
import io.weft.gossip.testing.MemoryTransport;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gossip and link cores on a network in memory, in virtual time: what the agent's shell does, in
 * small.
 */
final class Cluster {
  final MemoryNetwork network;
  final RandomGenerator random;
  GossipConfig config = GossipConfig.defaults();
  boolean withLinks = true;
  final List<Node> nodes = new ArrayList<>();
  int largestDatagram;

  /** Larger datagrams are lost, as on a path that loses fragments. */
  int pathBytes = Integer.MAX_VALUE;

  long datagrams;

  /** Of these hosts no datagram comes or goes; their links work. */
  final TreeSet<Integer> withoutUdp = new TreeSet<>();

  /** Is told of each datagram. */
  Consumer<byte[]> tap = payload -> {};

  Cluster(long seed) {
    random = new Random(seed);
    network = new MemoryNetwork(new Random(seed + 1));
  }

  static NodeId id(int n) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) n;
    return NodeId.ofBytes(bytes);
  }

  static PeerAddress address(int n) {
    return PeerAddress.parse("10.0.0." + n + ":7940");
  }

  /** Starts hosts 1 to n; each joins by host 1. */
  Cluster start(int n) {
    for (int i = 1; i <= n; i++) {
      node(i, 1, address(i)).join(address(1));
    }
    return this;
  }

  Node node(int n, long generation, PeerAddress address) {
    Node node = new Node(n, generation, address);
    nodes.add(node);
    return node;
  }

  Node get(int n) {
    return nodes.stream().filter(x -> x.number == n && !x.dead).findFirst().orElseThrow();
  }

  void seconds(double s) {
    network.runMillis((long) (s * 1000));
  }

  void isolate(int n) {
    nodes.stream().filter(x -> x.number != n).forEach(x -> network.cut(address(n), x.address));
  }

  /** Whether no live node holds a node to be in this state. */
  boolean noneHolds(int number, MemberState state) {
    return nodes.stream().filter(n -> !n.dead).noneMatch(n -> n.stateOf(number) == state);
  }

  /** Live nodes all see all live nodes alive, and hold the same records of them. */
  boolean converged() {
    List<Node> live = nodes.stream().filter(x -> !x.dead).toList();
    for (Node a : live) {
      for (Node b : live) {
        if (a.stateOf(b.number) != MemberState.ALIVE
            || a.core.member(b.id).orElseThrow().version() != b.core.self().version()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Seconds until converged, or -1 after the bound. */
  double secondsToConverge(double bound) {
    for (double t = 0; t <= bound; t += 0.1) {
      if (converged()) {
        return t;
      }
      seconds(0.1);
    }
    return -1;
  }

  final class Node implements GossipEffects, LinkEffects, TransportListener {
    final int number;
    final NodeId id;
    final PeerAddress address;
    final GossipCore core;
    final LinkCore links;
    final MemoryTransport transport;
    final List<GossipEvent> events = new ArrayList<>();
    final TreeMap<Long, NodeId> peers = new TreeMap<>();
    boolean dead;
    boolean left;
    private long timerNanos = Long.MAX_VALUE;

    Node(int number, long generation, PeerAddress address) {
      this.number = number;
      this.id = id(number);
      this.address = address;
      TreeMap<String, String> labels = new TreeMap<>();
      labels.put("host", "h" + number);
      this.core =
          new GossipCore(
              config,
              id,
              "host-" + number,
              address,
              labels,
              generation,
              new CheapSigner(id),
              new Random(random.nextLong()));
      this.links = new LinkCore(config, id, new Random(random.nextLong()));
      this.transport = network.transport(address, id);
      transport.start(this);
      input(new GossipInput.Timer());
    }

    void join(PeerAddress... seeds) {
      input(new GossipInput.Join(List.of(seeds)));
    }

    void put(String key, String value) {
      input(
          new GossipInput.PutRecord(key, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Nullable String read(int owner, String key) {
      var records = core.records("").get(Cluster.id(owner));
      byte[] value = records == null ? null : records.get(key);
      return value == null ? null : new String(value, java.nio.charset.StandardCharsets.UTF_8);
    }

    void fire(String name) {
      input(new GossipInput.FireEvent(0, name, new byte[0]));
    }

    /** The names of the users' events that were told here, in order. */
    List<String> heard() {
      return events.stream()
          .filter(GossipEvent.UserEventSeen.class::isInstance)
          .map(e -> ((GossipEvent.UserEventSeen) e).event().name())
          .toList();
    }

    @Nullable MemberState stateOf(int n) {
      return core.member(Cluster.id(n)).map(Member::state).orElse(null);
    }

    boolean saw(Class<? extends GossipEvent> type, int subject) {
      return events.stream()
          .anyMatch(e -> type.isInstance(e) && e.member().id().equals(Cluster.id(subject)));
    }

    void kill() {
      dead = true;
      transport.close();
    }

    void input(GossipInput input) {
      if (!dead) {
        core.step(network.nowNanos(), input, this);
        arm();
      }
    }

    void linkInput(LinkInput input) {
      if (!dead && withLinks) {
        links.step(network.nowNanos(), input, this);
        arm();
      }
    }

    private void arm() {
      long next =
          Math.max(
              Math.min(core.nextDeadlineNanos(), links.nextDeadlineNanos()),
              network.nowNanos() + 1);
      if (next < timerNanos && next < Long.MAX_VALUE) {
        timerNanos = next;
        network.at(next, this::timer);
      }
    }

    private void timer() {
      if (!dead && network.nowNanos() >= timerNanos) {
        timerNanos = Long.MAX_VALUE;
        input(new GossipInput.Timer());
        linkInput(new LinkInput.Timer());
      }
    }

    @Override
    public void sendDatagram(PeerAddress to, byte[] payload) {
      largestDatagram = Math.max(largestDatagram, payload.length);
      datagrams++;
      tap.accept(payload);
      boolean blocked =
          withoutUdp.contains(number) || withoutUdp.stream().anyMatch(n -> address(n).equals(to));
      if (payload.length <= pathBytes && !blocked) {
        transport.sendDatagram(to, payload);
      }
    }

    @Override
    public void sendLink(NodeId to, byte[] payload) {
      long link = links.linkOf(to);
      if (link >= 0) {
        transport.send(link, Channel.GOSSIP, payload);
      }
    }

    @Override
    public void emit(GossipEvent event) {
      events.add(event);
      Member m = event.member();
      switch (event) {
        case GossipEvent.LeaveComplete l -> left = true;
        case GossipEvent.MemberLeft l -> linkInput(new LinkInput.Unwant(m.id()));
        case GossipEvent.RecordChanged r -> {}
        case GossipEvent.OfUser u -> {}
        case GossipEvent.MemberForgotten f -> {}
        default -> linkInput(new LinkInput.Want(m.id(), m.address()));
      }
    }

    @Override
    public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
      transport.dial(linkId, to, expected);
    }

    @Override
    public void close(long linkId) {
      transport.close(linkId);
    }

    @Override
    public void linkUp(NodeId peer, long linkId) {
      network.after(0, () -> input(new GossipInput.LinkUp(peer)));
    }

    @Override
    public void linkDown(NodeId peer, String cause) {
      network.after(0, () -> input(new GossipInput.LinkDown(peer, cause)));
    }

    @Override
    public void datagram(PeerAddress from, byte[] payload) {
      NodeId sender =
          nodes.stream().filter(n -> n.address.equals(from)).findFirst().orElseThrow().id;
      input(new GossipInput.DatagramReceived(from, sender, payload));
    }

    @Override
    public void dialed(long linkId, NodeId peer) {
      peers.put(linkId, peer);
      linkInput(new LinkInput.Dialed(linkId, peer));
    }

    @Override
    public void dialFailed(long linkId, String cause) {
      linkInput(new LinkInput.DialFailed(linkId, cause));
    }

    @Override
    public void accepted(long linkId, NodeId peer, PeerAddress from) {
      peers.put(linkId, peer);
      linkInput(new LinkInput.Accepted(linkId, peer, from));
    }

    @Override
    public void acceptedAnonymous(long linkId, PeerAddress from) {
      transport.close(linkId);
    }

    @Override
    public void message(long linkId, Channel channel, byte[] payload) {
      NodeId peer = peers.get(linkId);
      if (peer != null) {
        input(new GossipInput.LinkMessage(peer, payload));
      }
    }

    @Override
    public void closed(long linkId, String cause) {
      peers.remove(linkId);
      linkInput(new LinkInput.Closed(linkId, cause));
    }
  }
}
