package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipCounts;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.link.PeerLink;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.records.RecordCodec;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.tunnel.KeyExchange;
import io.weft.security.tunnel.TunnelKeyStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One host's control plane: gossip, links, tunnel keys, the registry and the planner put together.
 *
 * <p>Everything comes in by {@link #step} and goes out by {@link HostEffects}; there is no clock,
 * no socket and no thread in here. A step lets the part that the input is for do its work, then all
 * parts whose time has come, then saves what changed and makes the plan anew if it is stale. The
 * registry's copy is saved a moment later, as it is no more than a copy, but always before the
 * endpoints that rest on it and before this host is gone for good.
 *
 * <p>Data goes one way: datagrams and links feed gossip and the registry's mirror, these feed the
 * planner, the planner feeds the data plane. The only thing that comes back from the data plane is
 * that a plan was applied, which the key exchange waits for.
 */
public final class HostCore {
  private final HostContext context;
  private final GossipCore gossip;
  private final GossipDesk gossipDesk;
  private final KeyringDesk keyringDesk;
  private final KeyRotation rotation;
  private final Directory directory;
  private final PeerBook peerBook;
  private final Links links;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final RegistryFeed feed;
  private final EngineKeeper keeper;
  private final TunnelDesk tunnels;
  private final PlanDesk plans;
  private final EndpointDesk endpoints;
  private final JoinDesk joins;
  private final Departure departure;
  private final UserDesk users;
  private final Reception reception;
  private @Nullable HostRecord ownHost;
  private final TreeSet<NodeId> cut = new TreeSet<>();
  private boolean registryChanged = true;
  private boolean membersChanged;

  /**
   * A host that is about to start; its first input is {@link HostInput.Start}.
   *
   * @param exchange how tunnel secrets are agreed on
   * @param signer signs this host's records, with the key of its identity
   * @param random for jitter, choice and idempotency keys, not for secrets
   * @throws MalformedRegistryException when the registry that was kept on disk cannot be read
   */
  public HostCore(
      HostOptions options, KeyExchange exchange, RecordSigner signer, RandomGenerator random)
      throws MalformedRegistryException {
    context = new HostContext(options, random);
    HostOptions.SavedRegistry saved = options.registry();
    mirror =
        saved == null
            ? new RegistryMirror(new RegistryState(), 0)
            : new RegistryMirror(RegistryState.restore(saved.state().toByteArray()), saved.index());
    var identity = options.identity();
    GossipKeyring keyring =
        new GossipKeyring(
            identity.cluster(), context.self, options.generation(), options.gossipKeys());
    gossip =
        new GossipCore(
            options.gossip(),
            context.self,
            identity.name(),
            options.address(),
            options.labels(),
            options.generation(),
            signer,
            random);
    directory = new Directory(context.self, gossip);
    peerBook = new PeerBook(context, directory, mirror);
    links =
        new Links(
            context,
            new Links.Listener() {
              @Override
              public void linkUp(NodeId peer) {
                HostCore.this.linkUp(peer);
              }

              @Override
              public void linkDown(NodeId peer, String cause) {
                HostCore.this.linkDown(peer, cause);
              }
            });
    voters = new Voters(context.self, directory, links);
    registrar = new Registrar(context, links, voters, mirror);
    keyringDesk = new KeyringDesk(context, keyring, directory, links, mirror, registrar);
    rotation = new KeyRotation(context, directory, voters, mirror, registrar, keyringDesk);
    gossipDesk = new GossipDesk(context, keyring, gossip, links, this::gossipEvent, cut::contains);
    feed =
        new RegistryFeed(
            context,
            links,
            voters,
            mirror,
            new RegistryFeed.Listener() {
              @Override
              public void applied(RegistryMirror.Applied applied) {
                RegistryEvents.tell(context, applied);
                registrar.applied(applied);
              }

              @Override
              public void registryChanged() {
                context.planIsStale();
                registryChanged = true;
              }
            });
    context.registryFirst(feed::save);
    keeper = new EngineKeeper(context, directory, voters, mirror, registrar);
    tunnels = new TunnelDesk(context, directory, links, exchange);
    plans = new PlanDesk(context, directory, mirror, tunnels);
    endpoints = new EndpointDesk(context, mirror, registrar, plans, this::gossipStep);
    joins = new JoinDesk(context, directory, links, voters, mirror, registrar, keeper, keyringDesk);
    departure = new Departure(context, voters, mirror, registrar, this::gossipStep, endpoints);
    users = new UserDesk(context, this::gossipStep);
    reception =
        new Reception(
            context,
            links,
            voters,
            mirror,
            registrar,
            feed,
            keeper,
            keyringDesk,
            tunnels,
            joins,
            this::gossipStep);
  }

  /** Takes one input, then does all that is due at this time. */
  public void step(long nowNanos, HostInput input, HostEffects out) {
    context.enter(nowNanos, out);
    take(input);
    runDue();
    settle();
  }

  private void take(HostInput input) {
    switch (input) {
      case HostInput.Start s -> start();
      case HostInput.Timer t -> {}
      case HostInput.Datagram d -> gossipDesk.datagram(d.from(), d.bytes());
      case HostInput.Dialed d -> reception.dialed(d);
      case HostInput.DialFailed f -> links.step(new LinkInput.DialFailed(f.linkId(), f.cause()));
      case HostInput.Accepted a -> reception.accepted(a);
      case HostInput.JoinerAccepted j -> joins.accepted(j.linkId(), j.from());
      case HostInput.Closed c -> {
        joins.closed(c.linkId());
        links.step(new LinkInput.Closed(c.linkId(), c.cause()));
      }
      case HostInput.Message m -> reception.message(m.linkId(), m.channel(), m.bytes());
      case HostInput.EngineSends e -> links.send(e.to(), Channel.RAFT, e.message());
      case HostInput.Committed c -> feed.committed(c.index(), c.timeMillis(), c.command());
      case HostInput.Restored r -> feed.restored(r.index(), r.state());
      case HostInput.EngineChanged e -> voters.engineChanged(e.status());
      case HostInput.EngineTaskEnded e -> keeper.taskEnded(e.task(), e.error());
      case HostInput.Submitted s -> registrar.submitted(s.requestId(), s.result());
      case HostInput.SubmitFailed f -> registrar.submitFailed(f.requestId(), f.cause());
      case HostInput.PlanApplied p -> {
        tunnels.applied(p.version());
        endpoints.planApplied(p.version(), p.failures());
      }
      case HostInput.Wired w -> endpoints.wired(w.endpointId(), w.error());
      case HostInput.Unwired u -> endpoints.unwired(u.endpointId(), u.error());
      case HostInput.Carried c -> tunnels.carried(c.peer(), c.packets(), c.bytes());
      case HostInput.Submit s -> registrar.submit(completed(s.command()), s.reply());
      case HostInput.RotateGossipKey r -> keyringDesk.rotate(r.secret(), r.reply());
      case HostInput.FireEvent e -> users.fire(e);
      case HostInput.Ask a -> users.ask(a);
      case HostInput.Attach a -> endpoints.attach(a.order(), a.reply());
      case HostInput.Detach d -> endpoints.detach(d.idOrName(), d.reply());
      case HostInput.Leave l -> departure.begin(l.reply());
    }
  }

  /** What only a host knows of a request, and the registry does not. */
  private RegistryCommand completed(RegistryCommand command) {
    return command instanceof RegistryCommand.CreateNetwork network
        ? HostAddresses.avoid(network, directory.addresses(context.options.address().ip()))
        : command;
  }

  /**
   * INV-SEC-3: whoever is shut out has neither links nor keys with this host, and is not heard or
   * counted on any more. It is given up as left once it is found dead, as everybody finds it.
   */
  private void cutRevoked() {
    for (Host host : mirror.view().hosts()) {
      NodeId peer = host.id();
      if (host.state() != HostState.REVOKED || !cut.add(peer)) {
        continue;
      }
      if (peer.equals(context.self)) {
        feed.save();
      }
      context.out().shutOut(peer);
      directory.expel(peer);
      links.cut(peer);
      tunnels.gone(peer);
      gossipStep(new GossipInput.ForceLeave(peer));
      context.planIsStale();
    }
  }

  private void start() {
    gossipStep(
        new GossipInput.PutRecord(
            Directory.PUBLIC_KEY,
            context.options.identity().certificate().getPublicKey().getEncoded()));
    feed.start();
    keeper.start();
    rotation.start();
    endpoints.start();
    departure.start();
    List<PeerAddress> seeds = context.options.whereOthersMayBe();
    if (!seeds.isEmpty()) {
      gossipStep(new GossipInput.Join(seeds));
      for (PeerAddress seed : seeds) {
        links.step(new LinkInput.Seed(seed));
      }
    }
  }

  private void linkUp(NodeId peer) {
    context.out().enginePeer(peer, true);
    keyringDesk.linkUp(peer);
    gossipStep(new GossipInput.LinkUp(peer));
    directory.refresh();
    tunnels.refresh(peer);
  }

  private void linkDown(NodeId peer, String cause) {
    context.out().enginePeer(peer, false);
    feed.linkDown(peer);
    registrar.linkDown(peer);
    gossipStep(new GossipInput.LinkDown(peer, cause));
    tunnels.refresh(peer);
  }

  private void gossipStep(GossipInput input) {
    gossipDesk.step(input);
  }

  private void gossipEvent(GossipEvent event) {
    if (event instanceof GossipEvent.OfUser ofUser) {
      users.told(ofUser);
      return;
    }
    MemberEvents.tell(context, event);
    membersChanged = true;
    context.planIsStale();
    if (event instanceof GossipEvent.LeaveComplete) {
      departure.goodbyeSaid();
    } else if (!event.member().id().equals(context.self)) {
      memberChanged(event);
    }
  }

  private void memberChanged(GossipEvent event) {
    Member member = event.member();
    if (!(event instanceof GossipEvent.RecordChanged)) {
      peerBook.changed();
      keeper.memberState(member);
    }
    if (event instanceof GossipEvent.MemberForgotten
        || member.state() == MemberState.LEFT
        || mirror.view().revoked(member.id())) {
      links.step(new LinkInput.Unwant(member.id()));
      tunnels.gone(member.id());
      if (member.state() == MemberState.FAILED && cut.contains(member.id())) {
        gossipStep(new GossipInput.ForceLeave(member.id()));
      }
    } else {
      links.step(new LinkInput.Want(member.id(), member.address()));
      if (member.state() == MemberState.ALIVE) {
        links.step(new LinkInput.Evidence(member.id()));
      }
    }
  }

  private void runDue() {
    long now = context.now();
    gossipDesk.runDue();
    if (links.core().nextDeadlineNanos() <= now) {
      links.step(new LinkInput.Timer());
    }
    if (tunnels.nextDeadlineNanos() <= now) {
      tunnels.timer();
    }
    if (membersChanged) {
      membersChanged = false;
      directory.refresh();
      directory.others().forEach(member -> tunnels.refresh(member.id()));
    }
    if (registryChanged) {
      registryChanged = false;
      peerBook.changed();
      cutRevoked();
      keyringDesk.follow();
    }
    keyringDesk.runDue();
    rotation.runDue();
    keeper.runDue();
    registrar.runDue();
    feed.runDue();
    joins.runDue();
    endpoints.runDue();
    departure.runDue();
    tellOwnHost();
  }

  /** The last part of every step: disk first, then the plan. */
  private void settle() {
    feed.saveIfDue();
    peerBook.saveIfChanged();
    // An endpoint that is taken back because the plan failed makes it stale once more.
    while (context.takePlanStale()) {
      long version = plans.replan(endpoints.records());
      tunnels.planned(version);
      endpoints.planned(version);
    }
  }

  private void tellOwnHost() {
    HostOptions options = context.options;
    HostRecord host =
        new HostRecord(
            options.address().ip(),
            options.espPort(),
            options.driver(),
            options.innerMtu(),
            voters.ownRole(),
            mirror.index(),
            keyringDesk.held());
    HostRecord told = ownHost;
    if (told == null || !host.equals(told.withRegistryIndex(host.registryIndex()))) {
      ownHost = host;
      gossipStep(new GossipInput.PutRecord(HostRecord.KEY, RecordCodec.encode(host)));
    }
  }

  /** When the next {@link HostInput.Timer} is due. */
  public long nextDeadlineNanos() {
    long next = Math.min(gossip.nextDeadlineNanos(), links.core().nextDeadlineNanos());
    next = Math.min(next, tunnels.nextDeadlineNanos());
    next = Math.min(next, keeper.nextDeadlineNanos());
    next = Math.min(next, Math.min(keyringDesk.nextDeadlineNanos(), rotation.nextDeadlineNanos()));
    next = Math.min(next, registrar.nextDeadlineNanos());
    next = Math.min(next, feed.nextDeadlineNanos());
    next = Math.min(next, joins.nextDeadlineNanos());
    return Math.min(next, Math.min(endpoints.nextDeadlineNanos(), departure.nextDeadlineNanos()));
  }

  /** This host as a member. */
  public Member self() {
    return gossip.self();
  }

  /** All members, this host included, by id. */
  public List<Member> members() {
    return gossip.members();
  }

  /**
   * The round trip between two members: measured if this host is one of them, else estimated; empty
   * while it is not known.
   */
  public Optional<RoundTrip> roundTrip(NodeId a, NodeId b) {
    return gossip.roundTrip(a, b);
  }

  /** How it stands with the link to each peer, by id. */
  public List<PeerLink> links() {
    return links.core().links();
  }

  /** What this host knows of the registry. Only to be read between steps. */
  public RegistryView registry() {
    return mirror.view();
  }

  /** The last index of the log that this host has taken in. */
  public long registryIndex() {
    return mirror.index();
  }

  /** What the consensus engine here says of itself. */
  public EngineStatus engine() {
    return voters.status();
  }

  /** This host's part in the registry: leader, follower, client or leaving. */
  public String registryRole() {
    return voters.ownRole();
  }

  /** Whether the registry can be written from here, as far as this host knows. */
  public boolean registryInReach() {
    return voters.engineFollows() || (!voters.engineServes() && voters.linkedVoter(1) != null);
  }

  /** The voters as this host knows them, by id, with their part. */
  public SortedMap<NodeId, String> voterRoles() {
    TreeMap<NodeId, String> roles = new TreeMap<>();
    voters.voterHosts().forEach((id, host) -> roles.put(id, host.registryRole()));
    if (voters.engineServes()) {
      roles.keySet().retainAll(voters.status().voterIds());
      voters.status().voterIds().forEach(id -> roles.putIfAbsent(id, "follower"));
      roles.put(context.self, voters.ownRole());
    }
    return roles;
  }

  /** How it stands with the tunnel keys of each peer. */
  public List<TunnelKeyStatus> tunnelKeys() {
    return tunnels.statuses();
  }

  /** The gossip keys that this host holds. */
  public HostRecord.HeldKeys gossipKeys() {
    return keyringDesk.held();
  }

  /** The hosts that the rotation of the gossip key waits for, as this host sees it, by id. */
  public List<NodeId> rotationWaitsFor() {
    return rotation.behind().stream().map(KeyRotation.Behind::id).toList();
  }

  /** What a peer says of its host, or null. */
  public @Nullable HostRecord host(NodeId peer) {
    return directory.host(peer);
  }

  /** This host's endpoints. */
  public List<LocalEndpoint> localEndpoints() {
    return endpoints.all();
  }

  /** The endpoints of all hosts that are present, this one included, by host. */
  public SortedMap<NodeId, List<EndpointRecord>> endpoints() {
    TreeMap<NodeId, List<EndpointRecord>> all = new TreeMap<>(directory.endpoints());
    all.put(context.self, new ArrayList<>(endpoints.records()));
    return all;
  }

  /** How often gossip met what is rare. */
  public GossipCounts gossipCounts() {
    return gossipDesk.counts();
  }

  /** Datagrams and messages that were refused, by cause. */
  public SortedMap<String, Long> rejected() {
    TreeMap<String, Long> counts = new TreeMap<>(reception.rejected());
    counts.putAll(gossipDesk.rejected());
    counts.put("MALFORMED_RECORD", directory.malformed());
    return counts;
  }
}
