package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Membership and owner records of one node: who is there, who answers, and what each has written.
 *
 * <p>Liveness is SWIM's: {@link Prober} finds who does not answer, {@link Members} holds suspicions
 * and the table, {@link News} spreads what changed on whatever is sent anyway, {@link Contacts}
 * tries for ever those who are lost. State is apart from it: {@link OwnerRecords} holds a prefix of
 * each owner's history, {@link Sync} brings two nodes level. {@link Outbox} keeps every datagram
 * within its budget.
 *
 * <p>No clock, socket, thread or randomness of its own; one caller at a time. Time may stand still
 * between steps, but not go back. A host that starts should put its records before it joins, so
 * that its peers see them as one.
 */
public final class GossipCore {
  private final GossipConfig config;
  private final RandomGenerator random;
  private final Agenda agenda = new Agenda();
  private final Buckets buckets = new Buckets();
  private final RecordStore store;
  private final Broadcasts broadcasts = new Broadcasts(agenda);
  private final News news;
  private final Members members;
  private final Outbox outbox;
  private final Locator locator;
  private final Prober prober;
  private final Contacts contacts;
  private final Pulls pulls;
  private final Sync sync;
  private final UserTraffic users;
  private final CatchUp catchUp;
  private final Receiver receiver;
  private boolean started;
  private boolean silent;
  private boolean leaving;
  private long nextGossipNanos;
  private long nextSyncNanos;
  private long leaveNanos = Long.MAX_VALUE;

  /**
   * A node that knows only itself.
   *
   * @param self its identity
   * @param name at most {@link MemberItem#MAX_NAME_BYTES} bytes
   * @param address where others reach it
   * @param generation above that of every earlier start of this node
   * @param signer with the key of this identity
   * @param random every choice is drawn from here
   */
  public GossipCore(
      GossipConfig config,
      NodeId self,
      String name,
      PeerAddress address,
      SortedMap<String, String> labels,
      long generation,
      RecordSigner signer,
      RandomGenerator random) {
    this(config, self, name, address, labels, generation, signer, random, new GossipCodec());
  }

  /**
   * As above, with a codec that others use as well, in the same thread: simulated nodes by the
   * thousand read the same again and again.
   */
  public GossipCore(
      GossipConfig config,
      NodeId self,
      String name,
      PeerAddress address,
      SortedMap<String, String> labels,
      long generation,
      RecordSigner signer,
      RandomGenerator random,
      GossipCodec codec) {
    if (name.getBytes(StandardCharsets.UTF_8).length > MemberItem.MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "the node's name '" + name + "' is longer than " + MemberItem.MAX_NAME_BYTES + " bytes");
    }
    this.config = config;
    this.random = random;
    Notary notary = new Notary(signer);
    long patienceNanos = config.supersededMillis() * Turn.NANOS_PER_MILLI;
    this.store = new RecordStore(signer, patienceNanos, buckets, agenda);
    this.news = new News(config, store, broadcasts, agenda);
    LocalHealth health =
        new LocalHealth(config.detector().localHealth() ? config.localHealthMax() : 0);
    MemberItem item = new MemberItem(self, name, address, MemberState.ALIVE, 0, generation, null);
    Tips tips = new Tips(agenda);
    Restraint restraint =
        new Restraint(config.detector().restraint() ? config.refutationHoldMillis() : 0);
    this.members = new Members(config, item, store, buckets, news, health, restraint, tips, agenda);
    this.outbox = new Outbox(config, codec, members, news, agenda);
    this.locator = new Locator(members, random);
    this.prober =
        new Prober(config, members, tips, outbox, health, restraint, locator, agenda, random);
    this.contacts = new Contacts(config, members, prober, random);
    this.pulls = new Pulls(config, members, store, outbox, notary, random);
    this.sync = new Sync(config, members, store, buckets, news, outbox, notary, pulls, random);
    this.users = new UserTraffic(config, members, outbox, broadcasts, agenda);
    this.catchUp = new CatchUp(config, members, outbox, broadcasts, random);
    this.receiver =
        new Receiver(
            codec,
            members,
            prober,
            contacts,
            sync,
            users,
            catchUp,
            broadcasts,
            notary,
            restraint,
            agenda);
    SortedMap<String, String> checked = new GossipInput.SetLabels(labels).labels();
    own().write(0, Labels.KEY, Labels.encode(checked));
    news.records(self, 0);
  }

  /**
   * Takes one input, then does all that is due at this time. Nothing that peers send makes it
   * throw.
   */
  public void step(long nowNanos, GossipInput input, GossipEffects out) {
    if (silent) {
      return;
    }
    Turn turn = new Turn(nowNanos, out);
    agenda.nowNanos = nowNanos;
    if (!started) {
      started = true;
      nextGossipNanos = nowNanos;
      nextSyncNanos =
          nowNanos + random.nextLong(config.syncIntervalMillis() * Turn.NANOS_PER_MILLI) + 1;
      prober.start(turn);
    }
    switch (input) {
      case GossipInput.Timer t -> {}
      case GossipInput.DatagramReceived d ->
          receiver.receive(turn, new Route.Datagram(d.from()), d.payload(), d.sender(), leaving);
      case GossipInput.LinkMessage m ->
          receiver.receive(turn, new Route.Link(m.peer()), m.payload(), m.peer(), leaving);
      case GossipInput.LinkUp l -> linkUp(turn, l.peer());
      case GossipInput.LinkDown l -> outbox.linkDown(l.peer());
      case GossipInput.Join j -> contacts.join(turn, j.seeds());
      case GossipInput.Leave l -> leave(turn);
      case GossipInput.ForceLeave f -> members.forceLeave(turn, f.peer());
      case GossipInput.PutRecord p -> write(turn, p.key(), p.value());
      case GossipInput.RemoveRecord r -> remove(turn, r.key());
      case GossipInput.SetLabels s -> {
        write(turn, Labels.KEY, Labels.encode(s.labels()));
        out.emit(new GossipEvent.MemberUpdated(members.selfView(), "this node's labels were set"));
      }
      case GossipInput.AddressChanged a -> members.own().moved(turn, a.address());
      case GossipInput.FireEvent e -> users.fire(turn, e);
      case GossipInput.Ask a -> users.ask(turn, a);
      case GossipInput.Answer a -> users.answer(turn, a);
    }
    runDue(turn);
  }

  /**
   * Lets this node know others, and all that they hold of their own, as if it had heard of them
   * long ago: nothing of it is news, and nobody is told. For simulated fleets that begin grown up;
   * before the first step.
   */
  public void assume(List<Known> others) {
    others.forEach(members::assume);
    broadcasts.joinedLongAgo();
  }

  /** This node as others may assume it. */
  public Known known() {
    return new Known(members.self(), new OwnerRecords(own(), null));
  }

  /**
   * When the next {@link GossipInput.Timer} is due, on the caller's clock: a time in the past for
   * at once (so before the first step), {@link Long#MAX_VALUE} for never.
   */
  public long nextDeadlineNanos() {
    if (silent) {
      return Long.MAX_VALUE;
    }
    if (!started) {
      return Long.MIN_VALUE / 2; // far in the past, and far from overflow
    }
    long next = Math.min(agenda.nextNanos(), Math.min(leaveNanos, nextSyncNanos));
    if (!leaving) {
      next = Math.min(next, agenda.nextProberNanos());
    }
    return hasNews() ? Math.min(next, nextGossipNanos) : next;
  }

  /** This node itself. */
  public Member self() {
    return members.selfView();
  }

  /** All members by identity, this node among them, the gone ones too. */
  public List<Member> members() {
    TreeMap<NodeId, Member> all = new TreeMap<>();
    for (MemberEntry e : members.others()) {
      all.put(e.id(), members.view(e));
    }
    all.put(members.self().id(), members.selfView());
    return List.copyOf(all.values());
  }

  /** One member. */
  public Optional<Member> member(NodeId id) {
    if (id.equals(members.self().id())) {
      return Optional.of(members.selfView());
    }
    return Optional.ofNullable(members.get(id)).map(members::view);
  }

  /**
   * Owner to key to value of all records under a prefix whose owner is alive or suspected. The
   * values are copies.
   */
  public SortedMap<NodeId, SortedMap<String, byte[]>> records(String keyPrefix) {
    TreeMap<NodeId, SortedMap<String, byte[]>> result = new TreeMap<>();
    for (OwnerRecords records : store.all()) {
      MemberEntry entry = members.get(records.owner);
      boolean self = records.owner.equals(members.self().id());
      if (self || (entry != null && entry.present())) {
        SortedMap<String, byte[]> values = records.visible(keyPrefix);
        values.keySet().removeIf(key -> key.charAt(0) == '@');
        if (!values.isEmpty()) {
          result.put(records.owner, values);
        }
      }
    }
    return result;
  }

  /**
   * How long a datagram takes from one member to another and back: measured where one of them is
   * this node, else estimated by network coordinates. Empty while one of them is not known or has
   * not answered this node's probes yet (each member is probed once in as many intervals as there
   * are members), and for a member and itself.
   */
  public Optional<RoundTrip> roundTrip(NodeId a, NodeId b) {
    return locator.roundTrip(a, b);
  }

  /** How many members' answers told of a network coordinate that cannot be, and was not taken. */
  public long refusedCoordinates() {
    return locator.refused();
  }

  /** How often this core met what is rare. */
  public GossipCounts counts() {
    return new GossipCounts(sync.cutShort(), members.own().withheld());
  }

  /** How many messages, or items of them, were dropped as malformed, by cause. */
  public Map<Decoded.Cause, Long> malformed() {
    return receiver.malformed();
  }

  private OwnerRecords own() {
    OwnerRecords own = store.get(members.self().id());
    if (own == null) {
      throw new IllegalStateException("this node's own records are made with it and never removed");
    }
    return own;
  }

  private void write(Turn turn, String key, byte @Nullable [] value) {
    OwnerRecords own = own();
    long before = own.head();
    own.write(turn.nowNanos(), key, value);
    news.records(own.owner, before);
  }

  private void remove(Turn turn, String key) {
    if (own().value(key) != null) {
      write(turn, key, null);
    }
  }

  private void linkUp(Turn turn, NodeId peer) {
    outbox.linkUp(peer);
    MemberEntry entry = members.get(peer);
    if (leaving) {
      return;
    }
    if (entry == null) {
      contacts.greetStranger(turn, peer);
    } else if (!entry.present()) {
      contacts.greet(turn, entry);
    } else if (members.self().id().compareTo(peer) < 0) {
      sync.digest(turn, entry);
    }
  }

  private void leave(Turn turn) {
    if (leaving) {
      return;
    }
    leaving = true;
    members.own().leave();
    leaveNanos =
        members.roster().presentCount() == 0
            ? turn.nowNanos()
            : turn.in(config.leaveLingerMillis());
    for (MemberEntry peer : members.roster().present()) {
      Body body = new Body.News();
      outbox.sendDraft(turn, peer.id(), peer.item.address(), outbox.draft(peer.id(), body), body);
    }
  }

  private boolean hasNews() {
    return (agenda.tidings() && members.roster().presentCount() > 0)
        || (agenda.behind && pulls.any());
  }

  private void runDue(Turn turn) {
    if (agenda.suspicionNanos <= turn.nowNanos()) {
      members.runDue(turn);
    }
    if (!leaving && prober.tick(turn)) {
      eachInterval(turn);
    }
    if (agenda.questionNanos <= turn.nowNanos()) {
      users.runDue(turn);
    }
    if (agenda.leftoverNanos <= turn.nowNanos()) {
      sync.collect(turn);
    }
    if (nextSyncNanos <= turn.nowNanos()) {
      nextSyncNanos = turn.in(config.syncIntervalMillis());
      if (!leaving) {
        MemberEntry peer = sync.periodic(turn);
        if (peer != null) {
          catchUp.periodic(turn, peer);
        }
      }
    }
    if (nextGossipNanos <= turn.nowNanos() && hasNews()) {
      nextGossipNanos = turn.in(config.gossipIntervalMillis());
      gossip(turn);
    }
    if (leaveNanos <= turn.nowNanos()) {
      silent = true;
      turn.out().emit(new GossipEvent.LeaveComplete(members.selfView(), "goodbye was said"));
    }
  }

  /** What is done each probe interval. */
  private void eachInterval(Turn turn) {
    contacts.tick(turn);
    if (agenda.gone) {
      members.forgetDeparted(turn);
    }
    if (agenda.aging) {
      sync.collect(turn);
    }
    if (agenda.kept) {
      broadcasts.expire();
    }
  }

  private void gossip(Turn turn) {
    for (MemberEntry peer : members.roster().sample(config.gossipNodes(), random, e -> true)) {
      if (agenda.tidings()) {
        outbox.datagram(turn, peer, new Body.News(), null);
      }
    }
    if (!leaving) {
      pulls.send(turn);
    }
  }
}
