package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.BlockPool;
import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.NetworkAnswer;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import io.weft.overlay.registry.RegistryData.Retired;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for networks, their subnets and their VNIs. */
final class NetworkRules {
  private static final int MIN_SUBNET_LENGTH = 8;
  private static final int MAX_SUBNET_LENGTH = 28;
  private static final int MIN_SUBNET6_LENGTH = 16;

  /** A subnet has room for at least this many host blocks (as a power of two), where it can. */
  private static final int SPARE_HOST_BITS = 4;

  private NetworkRules() {}

  static CommandResult create(RegistryData data, CreateNetwork c) {
    Refused bad = Refusals.label("network", c.name());
    if (bad != null) {
      return bad;
    }
    Network same = data.networks.get(c.name());
    if (same != null) {
      return new Refused(
          RefusalCode.EXISTS,
          "a network '%s' is there already, with subnet %s".formatted(c.name(), same.subnet()));
    }
    if (data.networks.size() >= RegistryLimits.MAX_NETWORKS) {
      return new Refused(
          RefusalCode.LIMIT, "there are %d networks already".formatted(data.networks.size()));
    }
    AddressBlock subnet = c.subnet() != null ? c.subnet() : automaticSubnet(data, c).orElse(null);
    if (subnet == null) {
      return new Refused(
          RefusalCode.EXHAUSTED,
          "no free /%d is left in %s; name one with --subnet"
              .formatted(RegistryLimits.AUTOMATIC_SUBNET_LENGTH, RegistryLimits.AUTOMATIC_SUBNETS));
    }
    bad = checkSubnet(data, c, subnet, false);
    bad = bad != null || c.subnet6() == null ? bad : checkSubnet(data, c, c.subnet6(), true);
    bad = bad != null ? bad : checkVni(data, c.vni());
    bad = bad != null ? bad : checkMtu(c);
    if (bad != null) {
      return bad;
    }
    int vni = c.vni() != 0 ? c.vni() : automaticVni(data);
    if (vni == 0) {
      return new Refused(RefusalCode.EXHAUSTED, "no automatic VNI is left; name one with --vni");
    }
    int blockLength = c.hostBlockLength() != 0 ? c.hostBlockLength() : defaultBlock(subnet);
    if (blockLength < subnet.length() || blockLength > RegistryLimits.MAX_HOST_BLOCK_LENGTH) {
      return Refusals.invalid(
          "a host block of /%d does not fit %s: choose /%d to /%d"
              .formatted(
                  blockLength, subnet, subnet.length(), RegistryLimits.MAX_HOST_BLOCK_LENGTH));
    }
    AddressBlock subnet6 = c.subnet6();
    Network network =
        new Network(
            c.name(),
            "net-" + data.sequence,
            vni,
            subnet,
            subnet6,
            c.mtu() != 0 ? c.mtu() : RegistryLimits.DEFAULT_MTU,
            blockLength,
            subnet6 == null ? 0 : subnet6.length() + RegistryLimits.HOST_BITS_IPV6);
    data.networks.put(network.name(), network);
    return new Done(new NetworkAnswer(network));
  }

  private static int defaultBlock(AddressBlock subnet) {
    return Math.min(
        RegistryLimits.MAX_HOST_BLOCK_LENGTH,
        Math.max(RegistryLimits.HOST_BLOCK_LENGTH, subnet.length() + SPARE_HOST_BITS));
  }

  /** The first of the reserved range that nobody uses, nor used within the quarantine. */
  private static Optional<AddressBlock> automaticSubnet(RegistryData data, CreateNetwork c) {
    List<AddressBlock> taken = new ArrayList<>(c.avoid());
    data.networks.values().forEach(n -> taken.add(n.subnet()));
    data.retired.values().forEach(r -> taken.add(r.network().subnet()));
    return BlockPool.lowestFree(
        RegistryLimits.AUTOMATIC_SUBNETS,
        RegistryLimits.AUTOMATIC_SUBNET_LENGTH,
        block -> taken.stream().anyMatch(block::overlaps));
  }

  private static @Nullable Refused checkSubnet(
      RegistryData data, CreateNetwork c, AddressBlock subnet, boolean ipv6) {
    if (subnet.isIpv6() != ipv6) {
      return Refusals.invalid("%s is no %s subnet".formatted(subnet, ipv6 ? "IPv6" : "IPv4"));
    }
    int min = ipv6 ? MIN_SUBNET6_LENGTH : MIN_SUBNET_LENGTH;
    int max = ipv6 ? RegistryLimits.MAX_SUBNET6_LENGTH : MAX_SUBNET_LENGTH;
    if (subnet.length() < min || subnet.length() > max) {
      return Refusals.invalid(
          "subnet %s: its prefix length is from %d to %d".formatted(subnet, min, max));
    }
    if (Unusable.contains(subnet)) {
      return Refusals.invalid(
          "subnet %s lies in a range that no network can use (loopback, link-local, multicast or"
                  .formatted(subnet)
              + " unspecified); choose one such as 10.32.0.0/16 or fd00:32::/64");
    }
    for (AddressBlock hosts : c.avoid()) {
      if (hosts.overlaps(subnet)) {
        return new Refused(
            RefusalCode.CONFLICT,
            "subnet %s holds %s, where the hosts reach each other: choose one without it"
                .formatted(subnet, hosts));
      }
    }
    for (Network other : data.networks.values()) {
      AddressBlock theirs = ipv6 ? other.subnet6() : other.subnet();
      if (theirs != null && theirs.overlaps(subnet)) {
        return new Refused(
            RefusalCode.CONFLICT,
            "subnet %s overlaps with %s of network '%s'".formatted(subnet, theirs, other.name()));
      }
    }
    return null;
  }

  private static @Nullable Refused checkVni(RegistryData data, int vni) {
    if (vni < 0 || vni > RegistryLimits.MAX_VNI) {
      return Refusals.invalid("a VNI is from 1 to %d".formatted(RegistryLimits.MAX_VNI));
    }
    for (Network other : data.networks.values()) {
      if (other.vni() == vni) {
        return new Refused(
            RefusalCode.CONFLICT,
            "VNI %d is network '%s''s; choose another".formatted(vni, other.name()));
      }
    }
    for (Retired other : data.retired.values()) {
      if (other.network().vni() == vni) {
        return new Refused(
            RefusalCode.CONFLICT,
            "VNI %d was removed network '%s''s and rests for %d s more; choose another"
                .formatted(
                    vni,
                    other.network().name(),
                    Math.ceilDiv(other.reusableAtMillis() - data.timeMillis, 1000)));
      }
    }
    return null;
  }

  private static @Nullable Refused checkMtu(CreateNetwork c) {
    if (c.mtu() != 0 && (c.mtu() < RegistryLimits.MIN_MTU || c.mtu() > RegistryLimits.MAX_MTU)) {
      return Refusals.invalid(
          "MTU %d is not within %d to %d bytes"
              .formatted(c.mtu(), RegistryLimits.MIN_MTU, RegistryLimits.MAX_MTU));
    }
    return null;
  }

  private static int automaticVni(RegistryData data) {
    for (int vni = RegistryLimits.FIRST_AUTOMATIC_VNI;
        vni <= RegistryLimits.LAST_AUTOMATIC_VNI;
        vni++) {
      if (checkVni(data, vni) == null) {
        return vni;
      }
    }
    return 0;
  }

  static CommandResult remove(RegistryData data, RemoveNetwork c) {
    Network network = data.networks.remove(c.name());
    if (network == null) {
      return new Refused(
          RefusalCode.UNKNOWN,
          "there is no network '%s'; 'weft network ls' shows those there are".formatted(c.name()));
    }
    data.retired.put(network.id(), new Retired(network, data.timeMillis + data.quarantineMillis));
    for (Lease lease : List.copyOf(data.leases.values())) {
      if (lease.networkId().equals(network.id()) && lease.state() == LeaseState.LEASED) {
        data.rest(lease, LeaseState.QUARANTINED);
      }
    }
    return new Done(new NetworkAnswer(network));
  }
}
