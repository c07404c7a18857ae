package io.weft.simulator.fleet;

import io.weft.overlay.agent.AttachOrder;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.keyring.GossipKeys;
import io.weft.simulator.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The users: they make networks, attach and detach endpoints, and try again when refused. */
final class Workload {
  private static final long RETRY_NANOS = 1_000_000_000L;
  private static final int MAX_TRIES = 120;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final Fleet fleet;
  private final RandomGenerator random;
  private final Rivals rivals;
  private boolean over;

  Workload(Fleet fleet, Rivals rivals) {
    this.fleet = fleet;
    this.rivals = rivals;
    this.random = fleet.world().random().stream("workload", 0);
  }

  void schedule(Work work) {
    fleet.world().at(work.atMillis() * NANOS_PER_MILLI, () -> begin(work));
  }

  /** Users go home: nothing new is asked for. */
  void end() {
    over = true;
    rivals.end();
  }

  private void begin(Work work) {
    switch (work) {
      case Work.CreateNetwork w -> createNetwork(w, MAX_TRIES);
      case Work.RemoveNetwork w -> removeNetwork(w);
      case Work.Attach w -> attach(w);
      case Work.Churn w -> churn(w);
      case Work.Contend w -> rivals.begin(w);
      case Work.RotateGossipKey _ -> rotate(MAX_TRIES);
    }
  }

  private void again(int tries, Runnable what) {
    if (tries > 0 && !over) {
      fleet.world().after(RETRY_NANOS, what::run);
    }
  }

  private void createNetwork(Work.CreateNetwork work, int tries) {
    List<FleetHost> running = fleet.running();
    Runnable retry = () -> again(tries - 1, () -> createNetwork(work, tries - 1));
    if (running.isEmpty() || over) {
      retry.run();
      return;
    }
    FleetHost host = running.get(random.nextInt(running.size()));
    AddressBlock subnet = AddressBlock.parse(work.subnet());
    boolean[] answered = {false};
    host.ask(
        new HostInput.Submit(
            new RegistryCommand.CreateNetwork(work.name(), subnet, null, 0, 0, 0),
            Fleet.reply(
                done -> answered[0] = true,
                refusal -> {
                  answered[0] = true;
                  fleet.judge().refused(host, refusal);
                  if (refusal.kind() != Refusal.Kind.INVALID && !isThere(work.name())) {
                    retry.run();
                  }
                })));
    // A host that goes down answers nobody.
    fleet
        .world()
        .after(
            20 * RETRY_NANOS,
            () -> {
              if (!answered[0] && !isThere(work.name())) {
                createNetwork(work, tries - 1);
              }
            });
  }

  private boolean isThere(String network) {
    return fleet.running().stream()
        .anyMatch(
            h -> {
              var core = h.core();
              return core != null && core.registry().network(network).isPresent();
            });
  }

  private void removeNetwork(Work.RemoveNetwork work) {
    List<FleetHost> running = fleet.running();
    if (!running.isEmpty()) {
      FleetHost host = running.get(random.nextInt(running.size()));
      host.ask(
          new HostInput.Submit(
              new RegistryCommand.RemoveNetwork(work.name()),
              Fleet.reply(done -> {}, refusal -> fleet.judge().refused(host, refusal))));
    }
  }

  private void rotate(int tries) {
    List<FleetHost> running = fleet.running();
    Runnable retry = () -> again(tries - 1, () -> rotate(tries - 1));
    if (running.isEmpty()) {
      retry.run();
      return;
    }
    FleetHost host = running.get(random.nextInt(running.size()));
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    random.nextBytes(secret);
    host.ask(
        new HostInput.RotateGossipKey(
            secret,
            Fleet.reply(
                epoch -> {},
                refusal -> {
                  fleet.judge().refused(host, refusal);
                  switch (refusal.kind()) {
                    case NO_QUORUM, FAILED -> retry.run();
                    case NOT_FOUND, INVALID, REFUSED -> {}
                  }
                })));
  }

  private void attach(Work.Attach work) {
    for (FleetHost host : fleet.hosts()) {
      if (work.hosts().isEmpty() || work.hosts().contains(host.number)) {
        for (int i = 0; i < work.perHost(); i++) {
          attach(host, work.network(), MAX_TRIES);
        }
      }
    }
  }

  private void attach(FleetHost host, String network, int tries) {
    if (over) {
      return;
    }
    Runnable retry = () -> again(tries - 1, () -> attach(host, network, tries - 1));
    if (!host.running()) {
      retry.run();
      return;
    }
    String id = fleet.nextEndpointId();
    AttachOrder order =
        new AttachOrder(id, network, "/netns/" + id, "eth0", null, null, new TreeMap<>());
    host.ask(
        new HostInput.Attach(
            order,
            Fleet.reply(
                endpoint -> fleet.judge().attached(host, endpoint),
                refusal -> {
                  fleet.judge().refused(host, refusal);
                  switch (refusal.kind()) {
                    case NOT_FOUND, NO_QUORUM, FAILED -> retry.run();
                    case INVALID, REFUSED -> {}
                  }
                })));
  }

  private void churn(Work.Churn work) {
    if (over) {
      return;
    }
    List<FleetHost> holders = new ArrayList<>();
    List<LocalEndpoint> endpoints = new ArrayList<>();
    for (FleetHost host : fleet.running()) {
      var core = host.core();
      if (core != null) {
        for (LocalEndpoint endpoint : core.localEndpoints()) {
          if (endpoint.networkName().equals(work.network())) {
            holders.add(host);
            endpoints.add(endpoint);
          }
        }
      }
    }
    int count =
        endpoints.isEmpty()
            ? 0
            : Math.clamp(Math.round(endpoints.size() * work.fraction()), 1, endpoints.size());
    List<FleetHost> running = fleet.running();
    for (int i = 0; i < count; i++) {
      int chosen = random.nextInt(endpoints.size());
      FleetHost from = holders.remove(chosen);
      LocalEndpoint endpoint = endpoints.remove(chosen);
      from.ask(
          new HostInput.Detach(
              endpoint.record().id(),
              Fleet.reply(gone -> {}, refusal -> fleet.judge().refused(from, refusal))));
      FleetHost to = random.nextBoolean() ? from : running.get(random.nextInt(running.size()));
      attach(to, work.network(), 3);
    }
    long next = fleet.world().nowNanos() + work.everyMillis() * NANOS_PER_MILLI;
    if (next <= work.untilMillis() * NANOS_PER_MILLI) {
      fleet.world().at(next, () -> churn(work));
    }
  }
}
