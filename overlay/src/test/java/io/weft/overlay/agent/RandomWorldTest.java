package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions, crashes, loss and endpoints that come and go, by seed. */
class RandomWorldTest {
  private static final int HOSTS = 4;
  private static final int ROUNDS = 25;

  @TempDir Path directory = Path.of("set by JUnit");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noAddressIsHeldTwiceAndAllConverge(long seed) {
    HostWorld world = new HostWorld(seed, directory);
    Random random = new Random(seed * 31);
    world.grown(HOSTS);
    world.submit(1, new CreateNetwork("blue", null, null, 0, 0, 30));
    world.network.datagramLossPercent = random.nextInt(20);
    for (int round = 0; round < ROUNDS; round++) {
      disturb(world, random);
      world.run(500 + random.nextInt(8_000));
      checkAddresses(world);
    }
    int departed = calm(world, random);
    converged(world, departed);
    checkAddresses(world);
    world.close();
  }

  private static void disturb(HostWorld world, Random random) {
    int number = 1 + random.nextInt(HOSTS);
    SimHost host = world.get(number);
    switch (random.nextInt(8)) {
      case 0 -> world.network.cut(number);
      case 1 -> world.network.cut(number, 1 + number % HOSTS);
      case 2, 3 -> world.network.heal();
      case 4 -> {
        if (host.isRunning()) {
          host.crash();
        } else {
          host.restart();
        }
      }
      case 5 -> {
        if (host.isRunning() && !host.saved.endpoints().isEmpty()) {
          world.detaching(number, host.saved.endpoints().getFirst().record().id());
        }
      }
      default -> {
        if (host.isRunning()) {
          world.attaching(number, world.order("blue"));
          world.attaching(number, world.order("blue"));
        }
      }
    }
    host.applyDelayMillis = 1L + random.nextInt(500);
    host.wireError = random.nextInt(10) == 0 ? "no namespace" : null;
  }

  /** Everything works again, and one host leaves for good. */
  private static int calm(HostWorld world, Random random) {
    world.network.heal();
    world.network.datagramLossPercent = 0;
    for (SimHost host : world.hosts.values()) {
      host.wireError = null;
      if (!host.isRunning()) {
        host.restart();
      }
    }
    world.until(
        "all are linked",
        () ->
            world.leader() != null
                && world.live().stream()
                    .allMatch(
                        h -> h.core().links().stream().filter(l -> l.up()).count() == HOSTS - 1));
    world.run(20_000);
    int departing = 1 + random.nextInt(HOSTS);
    world.await(world.leaving(departing)).granted();
    world.until("it has left", () -> !world.get(departing).isRunning());
    return departing;
  }

  private static void converged(HostWorld world, int departed) {
    assertThat(world.live()).hasSize(HOSTS - 1);
    world.until(
        "all mirrors are equal",
        () -> world.live().stream().map(h -> h.registry().stateHash()).distinct().count() == 1);
    world.until(
        "every plan holds all endpoints of the others and none of host " + departed,
        () -> world.live().stream().allMatch(h -> h.reachable().equals(expected(world, h))));
    world.until(
        "every pair has a tunnel with keys, and nobody one to host " + departed,
        () -> world.live().stream().allMatch(h -> keyedTunnels(h) == HOSTS - 2));
  }

  private static long keyedTunnels(SimHost host) {
    var plan = host.plan;
    if (plan == null || plan.tunnels().size() != HOSTS - 2) {
      return -1;
    }
    return plan.tunnels().stream().filter(t -> t.outbound() != null).count();
  }

  /** INV-NET-2 and INV-NET-1: neither more nor less than what the live hosts have. */
  private static List<String> expected(HostWorld world, SimHost host) {
    if (host.core().localEndpoints().isEmpty()) {
      return List.of();
    }
    return world.live().stream()
        .filter(other -> other != host)
        .flatMap(other -> other.core().localEndpoints().stream())
        .flatMap(e -> e.record().ips().stream())
        .map(ip -> ip.getHostAddress())
        .sorted()
        .toList();
  }

  /** INV-IPAM-1, crashed hosts included: what is on their disks comes back with them. */
  private static void checkAddresses(HostWorld world) {
    List<String> held = new ArrayList<>();
    TreeMap<String, Integer> by = new TreeMap<>();
    for (SimHost host : world.hosts.values()) {
      if (host.hasLeft) {
        continue;
      }
      for (LocalEndpoint endpoint : host.saved.endpoints()) {
        String ip = endpoint.record().ips().getFirst().getHostAddress();
        held.add(ip);
        by.merge(ip, host.number, (a, b) -> 10 * a + b);
      }
    }
    assertThat(held).as("INV-IPAM-1: %s", by).doesNotHaveDuplicates();
  }
}
