package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.BlockPool;
import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.LeaseAnswer;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.LeaseBlock;
import io.weft.overlay.registry.RegistryData.LeaseKey;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules for blocks (INV-IPAM-1, INV-IPAM-2): a block is free when no lease of it stands in the
 * registry, and one that was given back or fenced stands there until its quarantine is over.
 */
final class LeaseRules {
  private LeaseRules() {}

  static CommandResult lease(RegistryData data, LeaseBlock c) {
    Refused bad = Refusals.knownHost(data, c.host());
    if (bad != null) {
      return bad;
    }
    Host host = data.hosts.get(c.host());
    if (host != null && host.state() == HostState.LEFT) {
      return new Refused(
          RefusalCode.WRONG_PHASE,
          "host %s has left; it registers again before it leases".formatted(host.name()));
    }
    Network network = data.networks.get(c.network());
    if (network == null) {
      return new Refused(
          RefusalCode.UNKNOWN,
          "there is no network '%s'; make it with 'weft network create %s'"
              .formatted(c.network(), c.network()));
    }
    List<Lease> granted = new ArrayList<>();
    Refused none = grant(data, c, network, network.subnet(), network.hostBlockLength(), granted);
    AddressBlock subnet6 = network.subnet6();
    if (none == null && subnet6 != null) {
      none = grant(data, c, network, subnet6, network.hostBlockLength6(), granted);
    }
    if (none != null) {
      return none;
    }
    // Nothing is changed before all is found, so that a refusal leaves no half of a lease behind.
    granted.forEach(data::put);
    if (host != null && host.state() == HostState.FENCED) {
      HostRules.put(data, host.id(), host.name(), HostState.ACTIVE);
    }
    return new Done(new LeaseAnswer(data.heldBy(c.host(), network.id())));
  }

  /** Adds what the host lacks in one family to {@code granted}. */
  private static @Nullable Refused grant(
      RegistryData data,
      LeaseBlock c,
      Network network,
      AddressBlock subnet,
      int blockLength,
      List<Lease> granted) {
    boolean held =
        data.heldBy(c.host(), network.id()).stream().anyMatch(l -> subnet.contains(l.block()));
    // A host's IPv6 block never fills (2^48 addresses), so a further one is of IPv4 only.
    if (held && (!c.additional() || subnet.isIpv6())) {
      return null;
    }
    Optional<AddressBlock> block =
        held ? Optional.empty() : ownFenced(data, network, subnet, c.host());
    if (block.isEmpty()) {
      block =
          BlockPool.lowestFree(
              subnet,
              blockLength,
              candidate ->
                  data.leases.containsKey(new LeaseKey(network.id(), candidate))
                      || c.avoid().stream().anyMatch(candidate::overlaps));
    }
    if (block.isEmpty()) {
      return new Refused(
          RefusalCode.EXHAUSTED,
          ("network '%s' has no free /%d left in %s: blocks of hosts that left or were revoked become"
                  + " free after the quarantine of %d s; 'weft ipam check' says who holds them")
              .formatted(network.name(), blockLength, subnet, data.quarantineMillis / 1000));
    }
    if (data.leases.size() + granted.size() >= RegistryLimits.MAX_LEASES) {
      return new Refused(
          RefusalCode.LIMIT, "there are %d leases already".formatted(data.leases.size()));
    }
    granted.add(
        new Lease(
            network.id(),
            network.name(),
            block.get(),
            c.host(),
            data.sequence,
            LeaseState.LEASED,
            0));
    return null;
  }

  /**
   * The block that was fenced when this host was held dead: nobody else has had it since, so the
   * host comes back to it, and its endpoints keep their addresses. The fence still rises.
   */
  private static Optional<AddressBlock> ownFenced(
      RegistryData data, Network network, AddressBlock subnet, NodeId host) {
    return data.leases.values().stream()
        .filter(l -> l.state() == LeaseState.FENCED)
        .filter(l -> l.networkId().equals(network.id()) && l.holder().equals(host))
        .map(Lease::block)
        .filter(subnet::contains)
        .findFirst();
  }
}
