package io.weft.overlay.check;

import io.weft.overlay.check.AddressFinding.Kind;
import io.weft.overlay.check.Subnet.Claim;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether endpoints have their addresses rightly. */
final class EndpointRules {
  private final RegistryView registry;
  private final Hosts hosts;
  private final List<AddressFinding> findings;

  EndpointRules(RegistryView registry, Hosts hosts, List<AddressFinding> findings) {
    this.registry = registry;
    this.hosts = hosts;
    this.findings = findings;
  }

  void noNetwork(Claim claim) {
    findings.add(
        new AddressFinding(
            Kind.NO_NETWORK,
            claim.endpoint().networkId(),
            null,
            null,
            List.of(claim.host()),
            "%s is in network %s, which is no more"
                .formatted(called(claim), claim.endpoint().networkId()),
            detach(claim)));
  }

  void outside(Subnet any, IpAddress address, Claim claim) {
    stray(any.network().name(), null, address, claim, "outside the network");
  }

  /**
   * All addresses of a subnet. One that several have is told of once: who has it wrongly is a stray
   * as well, and is mended with it.
   */
  void addresses(Subnet subnet, Predicate<Claim> mayBeJudged) {
    subnet
        .claims()
        .forEach(
            (address, claims) -> {
              Lease lease = registry.leaseAt(subnet.network().id(), address).orElse(null);
              if (claims.size() > 1) {
                conflict(subnet, address, claims, lease);
              } else if (mayBeJudged.test(claims.getFirst())) {
                alone(subnet, address, claims.getFirst(), lease);
              }
            });
  }

  private static boolean holds(NodeId host, @Nullable Lease lease) {
    return lease != null && lease.state() == LeaseState.LEASED && lease.holder().equals(host);
  }

  private void conflict(
      Subnet subnet, IpAddress address, List<Claim> claims, @Nullable Lease lease) {
    Claim right =
        claims.stream().filter(claim -> holds(claim.host(), lease)).findFirst().orElse(null);
    findings.add(
        new AddressFinding(
            Kind.CONFLICT,
            subnet.network().name(),
            AddressBlock.around(address, subnet.blockLength()),
            address,
            claims.stream().map(Claim::host).distinct().toList(),
            "%s is claimed by %s"
                .formatted(
                    address,
                    claims.stream().map(this::called).collect(Collectors.joining(" and by "))),
            claims.stream()
                .filter(claim -> !claim.equals(right))
                .map(this::attachAgain)
                .collect(Collectors.joining("; "))));
  }

  private void alone(Subnet subnet, IpAddress address, Claim claim, @Nullable Lease lease) {
    if (!holds(claim.host(), lease)) {
      stray(
          subnet.network().name(),
          AddressBlock.around(address, subnet.blockLength()),
          address,
          claim,
          lease == null ? "in a block that nobody holds" : inBlockOf(lease));
    }
  }

  private String inBlockOf(Lease lease) {
    String name = hosts.name(lease.holder());
    return switch (lease.state()) {
      case LEASED -> "in a block of " + name;
      case QUARANTINED, FENCED -> "in a block that " + name + " no longer holds";
    };
  }

  private void stray(
      String network, @Nullable AddressBlock block, IpAddress address, Claim claim, String where) {
    findings.add(
        new AddressFinding(
            Kind.STRAY,
            network,
            block,
            address,
            List.of(claim.host()),
            "%s has %s, which lies %s".formatted(called(claim), address, where),
            attachAgain(claim)));
  }

  private String called(Claim claim) {
    return "endpoint %s of %s".formatted(claim.endpoint().id(), hosts.name(claim.host()));
  }

  private String detach(Claim claim) {
    return "if it is still so at a second look, on %s: 'weft detach %s'"
        .formatted(hosts.name(claim.host()), claim.endpoint().id());
  }

  private String attachAgain(Claim claim) {
    return detach(claim) + ", then attach it again";
  }
}
