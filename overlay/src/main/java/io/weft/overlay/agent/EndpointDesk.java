package io.weft.overlay.agent;

import io.weft.gossip.core.GossipInput;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.ipam.LocalAddresses;
import io.weft.overlay.records.EndpointMac;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.RecordCodec;
import io.weft.overlay.records.RecordLimits;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.Network;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * This host's endpoints. An endpoint comes to be in this order: the host holds a leased block
 * (INV-IPAM-2), an address of it is chosen and is on disk (INV-IPAM-1: a crash from here on cannot
 * give it away again), its interfaces are made, all others are told, the data plane is as planned,
 * and only then is the answer given. If a step fails, all before it is taken back.
 */
final class EndpointDesk {
  /** How long the data plane may take to apply the plan with a new endpoint. */
  static final long APPLY_MILLIS = 20_000;

  /** How long the interfaces of a new endpoint may take to be made. */
  static final long WIRE_MILLIS = 30_000;

  /** The most endpoints of one host; each is a record, and a host has some others. */
  static final int MAX_ENDPOINTS = 16_000;

  /** So many characters of an id at least, so that nothing is detached by accident. */
  static final int MIN_PREFIX = 4;

  private static final String LEAVING = "this host is leaving its cluster";

  /** How many endpoints an error names. */
  private static final int MAX_NAMED = 8;

  private record Waiting(
      LocalEndpoint endpoint, long planVersion, long deadlineNanos, Reply<LocalEndpoint> reply) {
    Waiting inPlan(long version) {
      return new Waiting(endpoint, version, deadlineNanos, reply);
    }
  }

  private record Wiring(LocalEndpoint endpoint, long deadlineNanos, Reply<LocalEndpoint> reply) {}

  private final HostContext context;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final PlanDesk plans;
  private final Consumer<GossipInput> gossip;

  /** Those that are attached, by id. */
  private final TreeMap<String, LocalEndpoint> endpoints = new TreeMap<>();

  /** Those whose interfaces are being made; on disk already. */
  private final TreeMap<String, Wiring> wiring = new TreeMap<>();

  private final AddressDesk addresses;
  private final Detachments detachments;
  private final List<Waiting> waiting = new ArrayList<>();
  private boolean releaseAsked;
  private boolean closed;
  private long appliedVersion;
  private List<PlanFailure> appliedFailures = List.of();

  EndpointDesk(
      HostContext context,
      RegistryMirror mirror,
      Registrar registrar,
      PlanDesk plans,
      Consumer<GossipInput> gossip) {
    this.context = context;
    this.mirror = mirror;
    this.registrar = registrar;
    this.plans = plans;
    this.gossip = gossip;
    this.addresses = new AddressDesk(context, mirror);
    this.detachments = new Detachments(context, this::givenBack);
    this.releaseAsked = context.options.local().releaseAsked();
    for (LocalEndpoint endpoint : context.options.local().endpoints()) {
      if (endpoint.wired()) {
        endpoints.put(endpoint.record().id(), endpoint);
      }
    }
  }

  /**
   * Takes back what the last run began and did not end: whoever asked for it was never answered.
   * Tells the others of what was attached before this start.
   */
  void start() {
    List<LocalEndpoint> begun =
        context.options.local().endpoints().stream().filter(e -> !e.wired()).toList();
    for (LocalEndpoint endpoint : begun) {
      detachments.begin(endpoint, null);
      context.event(
          "endpoint-undone", endpoint.record().name(), "the last run ended while it was attached");
    }
    if (!begun.isEmpty()) {
      save();
    }
    endpoints.values().forEach(e -> tell(e.record()));
  }

  List<LocalEndpoint> all() {
    return List.copyOf(endpoints.values());
  }

  List<EndpointRecord> records() {
    return endpoints.values().stream().map(LocalEndpoint::record).toList();
  }

  void attach(AttachOrder order, Reply<LocalEndpoint> reply) {
    Refusal wrong = check(order);
    if (wrong != null) {
      reply.refused(wrong);
      return;
    }
    Network network = mirror.view().network(order.network()).orElseThrow();
    if (!mirror.view().leasesOf(network.id(), context.self).isEmpty()) {
      allocate(order, network, true, reply);
      return;
    }
    lease(order, false, reply);
  }

  private @Nullable Refusal check(AttachOrder order) {
    Refusal invalid = OrderCheck.invalid(order);
    if (invalid != null) {
      return invalid;
    }
    if (closed) {
      return new Refusal(Refusal.Kind.REFUSED, LEAVING);
    }
    if (releaseAsked) {
      return new Refusal(
          Refusal.Kind.NO_QUORUM,
          "this host was asked to leave, and its blocks may have been given back already; if it"
              + " stays, try again when a majority of the voters can be reached");
    }
    if (mirror.view().network(order.network()).isEmpty()) {
      return new Refusal(
          Refusal.Kind.NOT_FOUND,
          "no network '%s'; 'weft networks' lists those there are".formatted(order.network()));
    }
    if (endpoints.size() + wiring.size() >= MAX_ENDPOINTS) {
      return new Refusal(
          Refusal.Kind.REFUSED, "this host has " + MAX_ENDPOINTS + " endpoints, the most it can");
    }
    Refusal taken = null;
    for (LocalEndpoint other : endpoints.values()) {
      taken = taken != null ? taken : OrderCheck.taken(order, other);
    }
    for (Wiring other : wiring.values()) {
      taken = taken != null ? taken : OrderCheck.taken(order, other.endpoint());
    }
    return taken;
  }

  private void lease(AttachOrder order, boolean additional, Reply<LocalEndpoint> reply) {
    registrar.submit(
        new RegistryCommand.LeaseBlock(order.network(), context.self, List.of(), additional),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            // Another order, or the network's end, may have come before the lease.
            Refusal wrong = check(order);
            Network network = mirror.view().network(order.network()).orElse(null);
            if (wrong != null) {
              refused(wrong);
            } else if (network != null) {
              allocate(order, network, false, reply);
            }
          }

          @Override
          public void refused(Refusal refusal) {
            reply.refused(refusal);
          }
        });
  }

  private void allocate(
      AttachOrder order, Network network, boolean mayLease, Reply<LocalEndpoint> reply) {
    List<Lease> leases = mirror.view().leasesOf(network.id(), context.self);
    List<InetAddress> chosen = new ArrayList<>();
    try {
      IpAddress wanted = order.ip() == null ? null : IpAddress.parse(order.ip());
      if (wanted != null && wanted.isIpv6() && network.subnet6() == null) {
        reply.refused(
            new Refusal(Refusal.Kind.INVALID, "network " + network.name() + " has no IPv6 subnet"));
        return;
      }
      chosen.addAll(addresses.give(network, leases, taken(network), wanted));
    } catch (LocalAddresses.UnavailableException e) {
      if (mayLease && e.exhausted()) {
        lease(order, true, reply);
      } else {
        reply.refused(new Refusal(Refusal.Kind.REFUSED, String.valueOf(e.getMessage())));
      }
      return;
    } catch (IllegalArgumentException e) {
      reply.refused(new Refusal(Refusal.Kind.INVALID, String.valueOf(e.getMessage())));
      return;
    }
    long fence = leases.stream().mapToLong(Lease::fence).max().orElse(0);
    wire(order, network, chosen, fence, reply);
  }

  private SortedSet<IpAddress> taken(Network network) {
    TreeSet<IpAddress> taken = new TreeSet<>();
    endpoints.values().forEach(e -> addTaken(network, e, taken));
    wiring.values().forEach(w -> addTaken(network, w.endpoint(), taken));
    detachments.all().forEach(e -> addTaken(network, e, taken));
    return taken;
  }

  private static void addTaken(
      Network network, LocalEndpoint endpoint, SortedSet<IpAddress> taken) {
    if (endpoint.record().networkId().equals(network.id())) {
      endpoint.record().ips().forEach(ip -> taken.add(IpAddress.of(ip)));
    }
  }

  /** The endpoint is out of the lists, and its interfaces are gone. */
  private void givenBack(LocalEndpoint endpoint) {
    mirror
        .view()
        .networkById(endpoint.record().networkId())
        .ifPresent(n -> addresses.givenBack(n, endpoint.record().ips(), taken(n)));
  }

  private void wire(
      AttachOrder order,
      Network network,
      List<InetAddress> ips,
      long fence,
      Reply<LocalEndpoint> reply) {
    EndpointRecord record =
        new EndpointRecord(
            order.id(),
            OrderCheck.nameOf(order),
            network.id(),
            network.vni(),
            ips,
            EndpointMac.of(order.id()),
            order.labels(),
            fence);
    LocalEndpoint endpoint =
        new LocalEndpoint(record, network.name(), order.netns(), order.ifName(), false);
    if (RecordCodec.encode(record).length > RecordLimits.MAX_RECORD_BYTES) {
      reply.refused(
          new Refusal(
              Refusal.Kind.INVALID,
              "name and labels of an endpoint are at most %d bytes together; give it fewer labels"
                  .formatted(RecordLimits.MAX_RECORD_BYTES)));
      return;
    }
    wiring.put(order.id(), new Wiring(endpoint, context.inMillis(WIRE_MILLIS), reply));
    save();
    List<IpPrefix> prefixes = new ArrayList<>();
    for (InetAddress ip : ips) {
      AddressBlock subnet = network.subnet();
      AddressBlock subnet6 = network.subnet6();
      boolean v6 = IpAddress.of(ip).isIpv6();
      prefixes.add(new IpPrefix(ip, v6 && subnet6 != null ? subnet6.length() : subnet.length()));
    }
    context
        .out()
        .wire(
            new WireOrder(
                order.id(),
                order.netns(),
                order.ifName(),
                record.mac(),
                prefixes,
                Math.min(network.mtu(), context.options.innerMtu()),
                network.vni()));
  }

  private void save() {
    List<LocalEndpoint> all = new ArrayList<>(endpoints.values());
    wiring.values().forEach(w -> all.add(w.endpoint()));
    context.saveLocal(new LocalState(all, addresses.lastGiven(), releaseAsked));
  }

  void wired(String id, @Nullable String error) {
    Wiring done = wiring.remove(id);
    if (done == null) {
      return;
    }
    if (error != null) {
      detachments.begin(done.endpoint(), null);
      save();
      done.reply().refused(new Refusal(Refusal.Kind.FAILED, error));
      return;
    }
    LocalEndpoint endpoint = done.endpoint().asWired();
    endpoints.put(id, endpoint);
    save();
    tell(endpoint.record());
    context.planIsStale();
    // The plan is made at the end of this step; its version is at most one above the present one.
    waiting.add(
        new Waiting(endpoint, plans.version() + 1, context.inMillis(APPLY_MILLIS), done.reply()));
    context.event("endpoint-attached", endpoint.record().name(), endpoint.networkName());
  }

  void unwired(String id, @Nullable String error) {
    detachments.unwired(id, error);
    if (error == null && detachments.all().isEmpty()) {
      save(); // which addresses are given next has changed
    }
  }

  private void tell(EndpointRecord record) {
    gossip.accept(new GossipInput.PutRecord(record.key(), RecordCodec.encode(record)));
  }

  /** The plan of this step was made, as this version; it may be the same as the one before. */
  void planned(long version) {
    waiting.replaceAll(w -> w.planVersion() <= version ? w : w.inPlan(version));
    if (appliedVersion >= version) {
      planApplied(appliedVersion, appliedFailures);
    }
  }

  void planApplied(long version, List<PlanFailure> failures) {
    if (version < appliedVersion) {
      return;
    }
    appliedVersion = version;
    appliedFailures = failures;
    for (Iterator<Waiting> it = waiting.iterator(); it.hasNext(); ) {
      Waiting next = it.next();
      if (next.planVersion() <= version) {
        it.remove();
        Optional<PlanFailure> failure =
            failures.stream().filter(f -> concerns(f, next.endpoint().record())).findFirst();
        if (failure.isPresent()) {
          takeBack(next, failure.get().text());
        } else {
          next.reply().done(next.endpoint());
        }
      }
    }
  }

  /** What fails for another network, endpoint or peer does not stand in this endpoint's way. */
  private static boolean concerns(PlanFailure failure, EndpointRecord endpoint) {
    String device = failure.device();
    return device == null
        || device.equals(DeviceNames.port(endpoint.id()))
        || device.equals(DeviceNames.bridge(endpoint.vni()))
        || device.equals(DeviceNames.vxlan(endpoint.vni()));
  }

  private void takeBack(Waiting attempt, String why) {
    remove(attempt.endpoint(), null);
    attempt.reply().refused(new Refusal(Refusal.Kind.FAILED, why));
  }

  void runDue() {
    detachments.runDue();
    for (String id : List.copyOf(wiring.keySet())) {
      Wiring next = wiring.get(id);
      if (next != null && next.deadlineNanos() <= context.now()) {
        wired(id, "the endpoint's interfaces were not made in time; see the agent's log");
      }
    }
    for (Iterator<Waiting> it = waiting.iterator(); it.hasNext(); ) {
      Waiting next = it.next();
      if (next.deadlineNanos() <= context.now()) {
        it.remove();
        takeBack(
            next, "the data plane did not apply the new endpoint in time; see the agent's log");
      }
    }
  }

  void detach(String idOrName, Reply<LocalEndpoint> reply) {
    List<LocalEndpoint> found = named(idOrName);
    if (found.size() != 1) {
      reply.refused(
          found.isEmpty()
              ? new Refusal(
                  Refusal.Kind.NOT_FOUND,
                  "this host has no endpoint '%s'; 'weft endpoints' lists all".formatted(idOrName))
              : new Refusal(
                  Refusal.Kind.INVALID,
                  "'%s' is several endpoints; give more of the id: %s"
                      .formatted(
                          idOrName,
                          found.stream()
                              .limit(MAX_NAMED)
                              .map(e -> e.record().id())
                              .collect(Collectors.joining(", ")))));
      return;
    }
    remove(found.getFirst(), reply);
    for (Iterator<Waiting> it = waiting.iterator(); it.hasNext(); ) {
      Waiting next = it.next();
      if (next.endpoint().equals(found.getFirst())) {
        it.remove();
        next.reply().refused(new Refusal(Refusal.Kind.REFUSED, "it was detached meanwhile"));
      }
    }
    context.event(
        "endpoint-detached", found.getFirst().record().name(), found.getFirst().networkName());
  }

  /** Those with this id or name; where there is none, those whose id begins so. */
  private List<LocalEndpoint> named(String text) {
    List<LocalEndpoint> exact =
        endpoints.values().stream()
            .filter(e -> e.record().id().equals(text) || e.record().name().equals(text))
            .toList();
    return !exact.isEmpty() || text.length() < MIN_PREFIX
        ? exact
        : endpoints.values().stream().filter(e -> e.record().id().startsWith(text)).toList();
  }

  private void remove(LocalEndpoint endpoint, @Nullable Reply<LocalEndpoint> reply) {
    drop(endpoint, reply);
    save();
  }

  private void drop(LocalEndpoint endpoint, @Nullable Reply<LocalEndpoint> reply) {
    gossip.accept(new GossipInput.RemoveRecord(endpoint.record().key()));
    endpoints.remove(endpoint.record().id());
    detachments.begin(endpoint, reply);
    context.planIsStale();
  }

  /** Whether a release of this host's blocks was asked for, and it is not known what came of it. */
  boolean releaseAsked() {
    return releaseAsked;
  }

  /** Keeps that, before anything else is done. */
  void releaseAsked(boolean asked) {
    if (asked != releaseAsked) {
      releaseAsked = asked;
      save();
    }
  }

  /** Whether no endpoint is here, nor an interface of one. */
  boolean nothingLeft() {
    return endpoints.isEmpty() && wiring.isEmpty() && detachments.all().isEmpty();
  }

  /**
   * This host's blocks go back: no address of theirs is used any more, and until it is known that
   * it stays none is given out (INV-IPAM-2).
   */
  void close() {
    closed = true;
    List.copyOf(wiring.keySet()).forEach(id -> wired(id, LEAVING));
    waiting.forEach(one -> one.reply().refused(new Refusal(Refusal.Kind.REFUSED, LEAVING)));
    waiting.clear();
    if (!endpoints.isEmpty()) {
      List.copyOf(endpoints.values()).forEach(endpoint -> drop(endpoint, null));
      save();
    }
  }

  /** This host stays: its blocks are its own, unless it is not known whether they were released. */
  void open() {
    closed = false;
  }

  long nextDeadlineNanos() {
    long next = detachments.nextDeadlineNanos();
    for (Waiting one : waiting) {
      next = Math.min(next, one.deadlineNanos());
    }
    for (Wiring one : wiring.values()) {
      next = Math.min(next, one.deadlineNanos());
    }
    return next;
  }
}
