package io.weft.overlay.check;

import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.Network;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds the registry, the members and the endpoints against each other: how full each subnet is,
 * what is leased to nobody who is there, what is in use and should not be.
 *
 * <p>It is the belief of one host. An endpoint that is younger than the registry's copy here is not
 * held against it; where the registry's word came sooner than gossip's, a second look shows it.
 * What a host that is cut off does is not seen.
 */
public final class AddressCheck {
  private static final Comparator<AddressFinding> ORDER =
      Comparator.comparing(AddressFinding::kind)
          .thenComparing(AddressFinding::network)
          .thenComparing(AddressFinding::address, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(AddressFinding::wrong);

  private final CheckInput input;
  private final Hosts hosts;
  private final List<AddressFinding> findings = new ArrayList<>();

  /** By network id. */
  private final TreeMap<String, List<Subnet>> byNetwork = new TreeMap<>();

  private final List<Subnet> subnets = new ArrayList<>();

  private AddressCheck(CheckInput input) {
    this.input = input;
    hosts = new Hosts(input);
    for (Network network : input.registry().networks()) {
      List<Subnet> own = Subnet.of(network);
      byNetwork.put(network.id(), own);
      subnets.addAll(own);
    }
  }

  /** The same report for equal inputs. */
  public static AddressReport check(CheckInput input) {
    return new AddressCheck(input).report();
  }

  private AddressReport report() {
    addLeases();
    EndpointRules endpointRules = new EndpointRules(input.registry(), hosts, findings);
    input.endpoints().forEach((host, records) -> addEndpoints(host, records, endpointRules));
    BlockRules blockRules = new BlockRules(hosts, input.registry().quarantineMillis(), findings);
    for (Subnet subnet : subnets) {
      endpointRules.addresses(subnet, this::mayBeJudged);
      blockRules.blocks(subnet, nowMillis());
    }
    findings.sort(ORDER);
    return new AddressReport(subnets.stream().map(Subnet::use).toList(), findings);
  }

  /** The registry's own clock stands still between two commands, and never goes back. */
  private long nowMillis() {
    return Math.max(input.nowMillis(), input.registry().timeMillis());
  }

  /** Those that have rested long enough are left out: the next command takes them away. */
  private void addLeases() {
    for (Lease lease : input.registry().leases()) {
      boolean over = lease.state() != LeaseState.LEASED && lease.reusableAtMillis() <= nowMillis();
      if (!over) {
        byNetwork.getOrDefault(lease.networkId(), List.of()).stream()
            .filter(subnet -> subnet.range().contains(lease.block()))
            .forEach(subnet -> subnet.add(lease));
      }
    }
  }

  private void addEndpoints(NodeId host, List<EndpointRecord> records, EndpointRules rules) {
    for (EndpointRecord record : records) {
      Subnet.Claim claim = new Subnet.Claim(host, record);
      List<Subnet> own = byNetwork.get(record.networkId());
      if (own == null) {
        if (mayBeJudged(claim)) {
          rules.noNetwork(claim);
        }
        continue;
      }
      TreeSet<IpAddress> left =
          record.ips().stream().map(IpAddress::of).collect(Collectors.toCollection(TreeSet::new));
      for (Subnet subnet : own) {
        TreeSet<IpAddress> inside =
            left.stream()
                .filter(subnet.range()::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!inside.isEmpty()) {
          subnet.add(claim, inside);
        }
        left.removeAll(inside);
      }
      left.forEach(address -> rules.outside(own.getFirst(), address, claim));
    }
  }

  /** Whether what the endpoint rests on can be in the registry's copy here. */
  private boolean mayBeJudged(Subnet.Claim claim) {
    return claim.endpoint().fence() <= input.registryIndex();
  }
}
