package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The registry's maps. All are sorted, but for the remembered answers, which keep their age. */
final class RegistryData {

  /** Where a lease is found: blocks of one network follow one another. */
  record LeaseKey(String networkId, AddressBlock block) implements Comparable<LeaseKey> {
    @Override
    public int compareTo(LeaseKey other) {
      int order = networkId.compareTo(other.networkId);
      return order != 0 ? order : block.compareTo(other.block);
    }
  }

  /** A removed network, whose subnet and VNI rest. */
  record Retired(Network network, long reusableAtMillis) {}

  /** Rises with every command, and at least to its log index: fences and ids come from it. */
  long sequence;

  /** Of the entry that is applied. */
  long index;

  long timeMillis;
  long quarantineMillis;
  String cluster = "";
  @Nullable Blob caCertificate;
  final TreeMap<NodeId, Host> hosts = new TreeMap<>();
  final TreeMap<String, Network> networks = new TreeMap<>();
  final TreeMap<String, Retired> retired = new TreeMap<>();
  final TreeMap<LeaseKey, Lease> leases = new TreeMap<>();
  final TreeMap<String, Token> tokens = new TreeMap<>();
  final TreeSet<NodeId> wantedVoters = new TreeSet<>();
  final TreeMap<NodeId, Blob> wrappedCaKeys = new TreeMap<>();
  GossipEpochs gossipEpochs = GossipEpochs.FOUNDED;
  final LinkedHashMap<Blob, Blob> remembered = new LinkedHashMap<>();

  /** Moves the clock and forgets what has rested long enough. */
  void advance(long entryIndex, long nowMillis) {
    index = entryIndex;
    sequence = Math.max(sequence + 1, index);
    timeMillis = Math.max(timeMillis, nowMillis);
    leases
        .values()
        .removeIf(l -> l.state() != LeaseState.LEASED && l.reusableAtMillis() <= timeMillis);
    retired.values().removeIf(r -> r.reusableAtMillis() <= timeMillis);
  }

  void remember(Blob key, Blob result) {
    remembered.put(key, result);
    var oldest = remembered.entrySet().iterator();
    for (int extra = remembered.size() - RegistryLimits.MAX_REMEMBERED_RESULTS;
        extra > 0;
        extra--) {
      oldest.next();
      oldest.remove();
    }
  }

  void put(Lease lease) {
    leases.put(new LeaseKey(lease.networkId(), lease.block()), lease);
  }

  /** The leases in use by the holder, in one network or, with null, in all. */
  List<Lease> heldBy(NodeId holder, @Nullable String networkId) {
    List<Lease> held = new ArrayList<>();
    for (Lease lease : leases.values()) {
      if (lease.holder().equals(holder)
          && lease.state() == LeaseState.LEASED
          && (networkId == null || lease.networkId().equals(networkId))) {
        held.add(lease);
      }
    }
    return held;
  }

  /** Takes the lease out of use until the quarantine is over, and gives it back as it now is. */
  Lease rest(Lease lease, LeaseState state) {
    Lease resting =
        new Lease(
            lease.networkId(),
            lease.networkName(),
            lease.block(),
            lease.holder(),
            lease.fence(),
            state,
            timeMillis + quarantineMillis);
    put(resting);
    return resting;
  }
}
