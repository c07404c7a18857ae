package io.weft.simulator.gossip;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipEffects;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.core.Known;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.link.LinkEffects;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.GossipCodec;
import io.weft.security.identity.NodeId;
import io.weft.simulator.network.Endpoint;
import io.weft.simulator.network.SimNetwork;
import io.weft.simulator.world.World;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One simulated host: the production cores of membership and links, wired as the agent wires them.
 * The keyring is left out: what arrives counts as opened.
 */
final class GossipHost implements Endpoint {
  private static final long NEVER = Long.MAX_VALUE;

  private final World world;
  private final SimNetwork network;
  private final Directory directory;
  private final GossipConfig config;
  private final GossipCodec codec;
  private final boolean mesh;
  private final int number;
  private final RandomGenerator gossipRandom;
  private final RandomGenerator linkRandom;

  private GossipCore gossip;
  private LinkCore links;
  private final Map<NodeId, Long> linkOf = new TreeMap<>();
  private final Map<Long, NodeId> peerOf = new TreeMap<>();

  /**
   * Told by the cores in the midst of a step; worked off after it, so that no step is re-entered.
   * Only in a mesh does anything follow from them.
   */
  private final Deque<GossipEvent> events = new ArrayDeque<>();

  private Runnable watcher = () -> {};

  private boolean running;
  private long generation;
  private long armedNanos = NEVER;
  private long armings;

  // When each core wants its timer; only a step changes it.
  private long gossipNanos = NEVER;
  private long linksNanos = NEVER;

  /**
   * A host that does not run yet.
   *
   * @param codec shared by all hosts of a world
   * @param mesh whether it keeps a link to everybody, as the agent does, or to its seeds only
   */
  GossipHost(
      World world,
      SimNetwork network,
      Directory directory,
      GossipConfig config,
      GossipCodec codec,
      boolean mesh,
      int number) {
    this.world = world;
    this.network = network;
    this.directory = directory;
    this.config = config;
    this.codec = codec;
    this.mesh = mesh;
    this.number = number;
    this.gossipRandom = world.random().stream("gossip", number);
    this.linkRandom = world.random().stream("links", number);
    this.gossip = newGossip();
    this.links = newLinks();
  }

  /** Starts the process, for the first time or again, with nothing remembered but its identity. */
  void start(List<PeerAddress> seeds) {
    boot();
    join(seeds);
  }

  /** Makes the process, which does nothing yet. */
  void boot() {
    generation++;
    gossip = newGossip();
    links = newLinks();
    gossipNanos = gossip.nextDeadlineNanos();
    linksNanos = links.nextDeadlineNanos();
    linkOf.clear();
    peerOf.clear();
  }

  /** Lets the process, which was made but has done nothing yet, know others. */
  void assume(List<Known> others) {
    gossip.assume(others);
  }

  /** This host as others may assume it. */
  Known known() {
    return gossip.known();
  }

  /** Lets the process begin. */
  void join(List<PeerAddress> seeds) {
    running = true;
    gossip(new GossipInput.Join(seeds));
    for (PeerAddress seed : seeds) {
      link(new LinkInput.Seed(seed));
    }
    settle();
  }

  /** Somebody to look at this host after each step of its gossip. */
  void watch(Runnable newWatcher) {
    watcher = newWatcher;
  }

  /** The host writes one of its records. */
  void put(String key, byte[] value) {
    gossip(new GossipInput.PutRecord(key, value));
    settle();
  }

  /** The host deletes one of its records. */
  void remove(String key) {
    gossip(new GossipInput.RemoveRecord(key));
    settle();
  }

  /** The process ends without a word. */
  void crash() {
    running = false;
    armedNanos = NEVER;
    armings++;
    events.clear();
    network.crashed(number);
  }

  /** What the host holds of another, or of itself. */
  Optional<Member> member(NodeId id) {
    return gossip.member(id);
  }

  List<Member> members() {
    return gossip.members();
  }

  /** What it knows of the round trip between two. */
  Optional<RoundTrip> roundTrip(NodeId a, NodeId b) {
    return gossip.roundTrip(a, b);
  }

  /** What the host says of itself. */
  Member self() {
    return gossip.self();
  }

  @Override
  public boolean running() {
    return running;
  }

  @Override
  public void datagram(int from, byte[] payload) {
    gossip(new GossipInput.DatagramReceived(directory.address(from), directory.id(from), payload));
    settle();
  }

  @Override
  public void dialed(long linkId, int peer) {
    peerOf.put(linkId, directory.id(peer));
    link(new LinkInput.Dialed(linkId, directory.id(peer)));
    settle();
  }

  @Override
  public void dialFailed(long linkId, String cause) {
    link(new LinkInput.DialFailed(linkId, cause));
    settle();
  }

  @Override
  public void accepted(long linkId, int peer) {
    peerOf.put(linkId, directory.id(peer));
    link(new LinkInput.Accepted(linkId, directory.id(peer), directory.address(peer)));
    settle();
  }

  @Override
  public void message(long linkId, byte[] payload) {
    NodeId peer = peerOf.get(linkId);
    if (peer != null) {
      gossip(new GossipInput.LinkMessage(peer, payload));
      settle();
    }
  }

  @Override
  public void closed(long linkId, String cause) {
    peerOf.remove(linkId);
    link(new LinkInput.Closed(linkId, cause));
    settle();
  }

  private GossipCore newGossip() {
    return new GossipCore(
        config,
        directory.id(number),
        directory.name(number),
        directory.address(number),
        new TreeMap<>(),
        generation,
        new CheapSigner(directory.id(number)),
        gossipRandom,
        codec);
  }

  private LinkCore newLinks() {
    return new LinkCore(config, directory.id(number), linkRandom);
  }

  private void gossip(GossipInput input) {
    gossip.step(world.nowNanos(), input, gossipEffects);
    gossipNanos = gossip.nextDeadlineNanos();
    watcher.run();
  }

  private void link(LinkInput input) {
    links.step(world.nowNanos(), input, linkEffects);
    linksNanos = links.nextDeadlineNanos();
  }

  /** Works off what the cores told each other, and sets the timer. */
  private void settle() {
    while (mesh && !events.isEmpty()) {
      tellLinks(events.removeFirst().member());
    }
    long next = Math.min(gossipNanos, linksNanos);
    // An earlier timer that turns out to be needless costs less than many that are set anew.
    if (next < armedNanos) {
      armedNanos = next;
      long arming = ++armings;
      world.at(next, () -> timer(arming));
    }
  }

  private void timer(long arming) {
    if (arming != armings || !running) {
      return;
    }
    armedNanos = NEVER;
    world.trace().add(number);
    if (gossipNanos <= world.nowNanos()) {
      gossip(new GossipInput.Timer());
    }
    if (linksNanos <= world.nowNanos()) {
      link(new LinkInput.Timer());
    }
    settle();
  }

  /** As the agent does: a link to everybody who has not left, dialled soon when heard of alive. */
  private void tellLinks(Member told) {
    Member member = gossip.member(told.id()).orElse(told);
    if (member.id().equals(directory.id(number))) {
      return;
    }
    if (member.state() == MemberState.LEFT) {
      link(new LinkInput.Unwant(member.id()));
    } else {
      link(new LinkInput.Want(member.id(), member.address()));
      if (member.state() == MemberState.ALIVE) {
        link(new LinkInput.Evidence(member.id()));
      }
    }
  }

  private final GossipEffects gossipEffects =
      new GossipEffects() {
        @Override
        public void sendDatagram(PeerAddress to, byte[] payload) {
          int host = directory.hostAt(to);
          if (host >= 0) {
            network.sendDatagram(number, host, payload);
          }
        }

        @Override
        public void sendLink(NodeId to, byte[] payload) {
          Long linkId = linkOf.get(to);
          if (linkId != null) {
            network.send(number, linkId, payload);
          }
        }

        @Override
        public void emit(GossipEvent event) {
          world.trace().add(event.getClass().getSimpleName());
          if (mesh) {
            events.addLast(event);
          }
        }
      };

  private final LinkEffects linkEffects =
      new LinkEffects() {
        @Override
        public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
          network.dial(number, linkId, directory.hostAt(to));
        }

        @Override
        public void close(long linkId) {
          peerOf.remove(linkId);
          network.close(number, linkId);
        }

        @Override
        public void linkUp(NodeId peer, long linkId) {
          if (linkOf.put(peer, linkId) == null) {
            gossip(new GossipInput.LinkUp(peer));
          }
        }

        @Override
        public void linkDown(NodeId peer, String cause) {
          if (linkOf.remove(peer) != null) {
            gossip(new GossipInput.LinkDown(peer, cause));
          }
        }
      };
}
