package io.weft.gossip.embed;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.signing.IdentitySigner;
import io.weft.gossip.transport.PeerLookup;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.netty.NettyTransport;
import io.weft.gossip.transport.netty.PortTakenException;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.secret.ClusterSecret;
import io.weft.security.tls.PeerCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** What a {@link Membership} needs to know before it starts; from {@link Membership#builder}. */
public final class Builder {
  /** UDP and TCP, where nothing else is said. */
  public static final int DEFAULT_PORT = 7940;

  private final String name;
  private final ClusterSecret secret;
  private final List<String> seeds = new ArrayList<>();
  private final TreeMap<String, String> labels = new TreeMap<>();
  private PeerAddress bind = new PeerAddress(InetAddress.ofLiteral("0.0.0.0"), DEFAULT_PORT);
  private @Nullable PeerAddress advertised;
  private GossipConfig config = GossipConfig.defaults();

  Builder(String name, ClusterSecret secret) {
    this.name = name;
    this.secret = secret;
  }

  /** Where to listen; all addresses of this host on port {@value #DEFAULT_PORT} if not said. */
  public Builder bind(PeerAddress address) {
    bind = address;
    return this;
  }

  /**
   * Where the others reach this member, if that is not where it listens. If neither is said, it is
   * this host's address on the route to the seeds.
   */
  public Builder advertise(PeerAddress address) {
    advertised = address;
    return this;
  }

  /**
   * Members to begin with: "host" or "host:port", all the addresses that a name has when {@link
   * #start} looks it up. They are tried for ever while nobody alive is known there; one's own
   * address among them does no harm. None for the first member.
   */
  public Builder seeds(String... hosts) {
    seeds.addAll(List.of(hosts));
    return this;
  }

  /** A label that all see with each view of this member. */
  public Builder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  /** Other times and bounds than {@link GossipConfig#defaults}: the same in the whole cluster. */
  public Builder config(GossipConfig newConfig) {
    config = newConfig;
    return this;
  }

  /**
   * Opens the port and begins to look for the seeds.
   *
   * @throws PortTakenException with one line, when the port is taken or the address is not this
   *     host's
   * @throws UnknownHostException with one line, when a seed's name has no address
   * @throws IllegalArgumentException with one line, when something said is wrong
   */
  public Membership start() throws UnknownHostException {
    List<PeerAddress> resolved = resolve(seeds);
    SortedMap<String, String> checkedLabels = new GossipInput.SetLabels(labels).labels();
    NodeIdentity identity = secret.identity(name, Instant.now());
    Transport transport = new NettyTransport(bind, identity, PeerCheck.NONE);
    try {
      PeerAddress address = reachedAt(transport.localAddress(), resolved);
      return run(transport, identity, address, resolved, checkedLabels);
    } catch (RuntimeException e) {
      transport.close();
      throw e;
    }
  }

  static List<PeerAddress> resolve(List<String> hosts) throws UnknownHostException {
    List<PeerAddress> found = new ArrayList<>();
    for (String host : hosts) {
      found.addAll(PeerLookup.resolve(host, DEFAULT_PORT));
    }
    return found;
  }

  private PeerAddress reachedAt(PeerAddress bound, List<PeerAddress> peers) {
    if (advertised != null) {
      return advertised;
    }
    if (!bound.ip().isAnyLocalAddress()) {
      return bound;
    }
    return PeerLookup.localAddress(peers)
        .map(ip -> new PeerAddress(ip, bound.port()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "cannot tell which address the others reach this member at: say bind(...) or"
                        + " advertise(...)"));
  }

  private Membership run(
      Transport transport,
      NodeIdentity identity,
      PeerAddress address,
      List<PeerAddress> peers,
      SortedMap<String, String> checkedLabels) {
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create();
    // A start's number among those of this name: nothing is kept on a disk, so it is the clock's. A
    // clock that went back is mended by the cluster, which tells the higher number that it knows.
    long generation = System.currentTimeMillis();
    // INV-SEC-2: the sealing key must be of this start alone, whatever the clock says.
    long sealGeneration = new SecureRandom().nextLong() & Long.MAX_VALUE;
    GossipKeyring keyring =
        new GossipKeyring(secret.cluster(), identity.id(), sealGeneration, secret.gossipKeys());
    GossipCore gossip =
        new GossipCore(
            config,
            identity.id(),
            name,
            address,
            checkedLabels,
            generation,
            new IdentitySigner(identity),
            random);
    CountDownLatch left = new CountDownLatch(1);
    Listeners listeners = new Listeners();
    MemberCore core =
        new MemberCore(
            config,
            gossip,
            new LinkCore(config, identity.id(), random),
            keyring,
            transport,
            event -> {
              if (event instanceof GossipEvent.LeaveComplete) {
                left.countDown();
              }
              listeners.tell(event);
            });
    MemberLoop loop = new MemberLoop(name, core, transport);
    loop.put((c, now) -> c.join(now, new GossipInput.Join(peers)));
    loop.start();
    return new Membership(transport, listeners, loop, left, config.leaveLingerMillis());
  }
}
