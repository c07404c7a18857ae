package io.weft.overlay.check;

import io.weft.overlay.check.AddressFinding.Kind;
import io.weft.overlay.registry.Lease;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether blocks are with hosts that are there and need them, and whether there are any left. */
final class BlockRules {
  /** How many holders a line names. */
  static final int MAX_NAMED = 8;

  private final Hosts hosts;
  private final long quarantineMillis;
  private final List<AddressFinding> findings;

  BlockRules(Hosts hosts, long quarantineMillis, List<AddressFinding> findings) {
    this.hosts = hosts;
    this.quarantineMillis = quarantineMillis;
    this.findings = findings;
  }

  /** All blocks of a subnet. */
  void blocks(Subnet subnet, long nowMillis) {
    SortedMap<NodeId, List<Lease>> byHolder = new TreeMap<>();
    for (Lease lease : subnet.leased()) {
      byHolder.computeIfAbsent(lease.holder(), any -> new ArrayList<>()).add(lease);
    }
    byHolder.forEach(
        (holder, leases) -> {
          if (hosts.present(holder)) {
            leaks(subnet, leases);
          } else {
            leases.forEach(this::orphan);
          }
        });
    if (subnet.free() == 0) {
      full(subnet, byHolder, nowMillis);
    }
  }

  private void orphan(Lease lease) {
    NodeId holder = lease.holder();
    findings.add(
        new AddressFinding(
            Kind.ORPHAN,
            lease.networkName(),
            lease.block(),
            null,
            List.of(holder),
            "%s holds it, and %s".formatted(hosts.name(holder), hosts.absence(holder)),
            hosts.hasLeft(holder)
                ? "the registry frees it, and its word may be on its way here; check again"
                : "it stays %s's for when that comes back; if it never will, 'weft node revoke %s', asked of a voter, shuts it out for good and frees it after %d s"
                    .formatted(hosts.name(holder), holder.shortForm(), quarantineMillis / 1000)));
  }

  /** Of several blocks of one host: those in use are needed, and one more where they are full. */
  private void leaks(Subnet subnet, List<Lease> leases) {
    boolean room =
        leases.stream().anyMatch(l -> subnet.isUsed(l.block()) && subnet.hasRoom(l.block()));
    for (Lease lease : leases) {
      if (!subnet.isUsed(lease.block())) {
        if (room) {
          leak(lease);
        }
        room = true;
      }
    }
  }

  private void leak(Lease lease) {
    String name = hosts.name(lease.holder());
    findings.add(
        new AddressFinding(
            Kind.LEAK,
            lease.networkName(),
            lease.block(),
            null,
            List.of(lease.holder()),
            "%s holds it, has no endpoint in it, and room in another block".formatted(name),
            "nothing has to be done while others are free: %s uses it when the other is full"
                .formatted(name)));
  }

  private void full(Subnet subnet, SortedMap<NodeId, List<Lease>> byHolder, long nowMillis) {
    List<Map.Entry<NodeId, List<Lease>>> most = new ArrayList<>(byHolder.entrySet());
    most.sort(Comparator.comparingInt(entry -> -entry.getValue().size()));
    List<String> parts = new ArrayList<>();
    most.stream()
        .limit(MAX_NAMED)
        .forEach(e -> parts.add(hosts.name(e.getKey()) + " holds " + e.getValue().size()));
    if (most.size() > MAX_NAMED) {
      parts.add("%d further hosts hold the others".formatted(most.size() - MAX_NAMED));
    }
    List<Lease> resting = subnet.resting();
    if (!resting.isEmpty()) {
      parts.add(resting.size() + " in quarantine");
    }
    long next = resting.stream().mapToLong(Lease::reusableAtMillis).min().orElse(nowMillis);
    findings.add(
        new AddressFinding(
            Kind.FULL,
            subnet.network().name(),
            null,
            null,
            most.stream().map(Map.Entry::getKey).toList(),
            "no /%d is free in %s: %s"
                .formatted(subnet.blockLength(), subnet.range(), String.join(", ", parts)),
            (resting.isEmpty()
                    ? ""
                    : "one is free again in %d s; ".formatted(Math.ceilDiv(next - nowMillis, 1000)))
                + "'weft leave' takes a host out of the cluster, with its endpoints, and gives back"
                + " all that it holds; 'weft network create' makes a network of more blocks"
                + " (--subnet, --host-block)"));
  }
}
