package io.weft.overlay.agent;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.registry.Blob;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeys;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a host's control plane begins with.
 *
 * @param identity who this is
 * @param address where datagrams and links reach this host; its IP is also where tunnels end
 * @param labels this member's labels
 * @param generation of this start: higher than that of any earlier one
 * @param gossip the knobs of gossip and links
 * @param gossipKeys the secrets of the gossip keyring
 * @param driver this host's data plane
 * @param alwaysUdp whether ESP goes in UDP also between two kernel hosts
 * @param espPort UDP port for ESP in UDP
 * @param innerMtu bytes of the largest overlay packet that this host's tunnels carry
 * @param founding how to found the cluster, for its first host; null for all others
 * @param engineHasState whether the consensus engine can go on from disk
 * @param seeds where the configuration says to look for other members
 * @param former what {@link HostEffects#savePeers} was given last, or the command that joined
 * @param registry the registry as it was last kept here, or null
 * @param local what {@link HostEffects#saveLocal} was given last
 * @param version of this program, for whoever asks
 */
public record HostOptions(
    NodeIdentity identity,
    PeerAddress address,
    SortedMap<String, String> labels,
    long generation,
    GossipConfig gossip,
    GossipKeys gossipKeys,
    DriverKind driver,
    boolean alwaysUdp,
    int espPort,
    int innerMtu,
    @Nullable Founding founding,
    boolean engineHasState,
    List<PeerAddress> seeds,
    List<KnownPeer> former,
    @Nullable SavedRegistry registry,
    LocalState local,
    String version) {

  /** Copies the collections. */
  public HostOptions {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    seeds = List.copyOf(seeds);
    former = List.copyOf(former);
  }

  /** Where to look for other members: the seeds, then where members were; not here. */
  public List<PeerAddress> whereOthersMayBe() {
    return Stream.concat(seeds.stream(), former.stream().map(KnownPeer::address))
        .distinct()
        .filter(candidate -> !candidate.equals(address))
        .toList();
  }

  /**
   * How the first host founds the cluster.
   *
   * @param wrappedCaKey the CA's private key, sealed to this host
   * @param quarantineMillis how long a released block rests
   */
  public record Founding(Blob wrappedCaKey, long quarantineMillis) {}

  /**
   * The registry as it was kept on this host.
   *
   * @param index the last index of the log that is in it
   */
  public record SavedRegistry(long index, Blob state) {}
}
