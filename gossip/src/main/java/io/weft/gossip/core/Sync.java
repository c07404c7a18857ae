package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings two nodes level: digest, delta, acknowledgement. A digest says how far its sender is with
 * each owner; the answer brings what the sender lacks, and says of which owners the answerer wants
 * more; a delta that was cut short is answered by a digest of what is held now, which is its
 * acknowledgement, until both are level. Two nodes that agree spend one packet. It goes over the
 * link, as a path may lose all large datagrams and no small one; without a link it goes in pieces,
 * from another place each time, so that nothing starves (INV-SYN-3).
 */
final class Sync {
  /** From so many other members on, sums by bucket go before the whole table. */
  static final int MIN_SUMMARIZED = 128;

  /** Of so many owners a message may lead to a question. */
  private static final int MAX_DISPUTES = 8;

  private final GossipConfig config;
  private final Members members;
  private final RecordStore store;
  private final Buckets buckets;
  private final News news;
  private final Outbox outbox;
  private final Notary notary;
  private final RandomGenerator random;
  private final Pulls pulls;
  private long nextRewriteNanos = Long.MIN_VALUE;
  private long cutShort;

  Sync(
      GossipConfig config,
      Members members,
      RecordStore store,
      Buckets buckets,
      News news,
      Outbox outbox,
      Notary notary,
      Pulls pulls,
      RandomGenerator random) {
    this.config = config;
    this.members = members;
    this.store = store;
    this.buckets = buckets;
    this.news = news;
    this.outbox = outbox;
    this.notary = notary;
    this.pulls = pulls;
    this.random = random;
  }

  /** Finds out with a member whether both know the same: all in digest, or sums if that is much. */
  void digest(Turn turn, MemberEntry peer) {
    if (members.others().size() < MIN_SUMMARIZED) {
      digest(turn, peer, Body.Digest.ALL);
      return;
    }
    Body sums = new Body.Summary(buckets.sums());
    outbox.sendDraft(turn, peer.id(), peer.item.address(), outbox.draft(peer.id(), sums), sums);
  }

  /** Answers sums that are others than here. */
  void onSummary(Turn turn, NodeId sender, Body.Summary summary) {
    MemberEntry peer = members.get(sender);
    if (peer == null) {
      return;
    }
    if (summary.sums().size() == 1) {
      if (summary.sums().getFirst() != buckets.total()) {
        digest(turn, peer);
      }
      return;
    }
    long differing = buckets.differing(summary.sums());
    if (differing != 0) {
      digest(turn, peer, differing);
    }
  }

  /** Tells a member all that is known here in these buckets, in digest. */
  private void digest(Turn turn, MemberEntry peer, long mask) {
    List<MemberItem> items = new ArrayList<>();
    for (MemberEntry e : members.others()) {
      if (Buckets.in(e.id(), mask)) {
        items.add(e.item);
      }
    }
    if (Buckets.in(members.self().id(), mask)) {
      items.add(members.self());
    }
    Draft draft = outbox.draft(peer.id(), new Body.Digest(List.of(), true, mask));
    boolean complete = true;
    // A whole digest may not fit: begin somewhere else each time.
    for (MemberItem item : Shuffle.rotated(items, random)) {
      OwnerRecords records = store.get(item.id());
      if (!draft.add(item) || (records != null && !draft.add(records.digest()))) {
        complete = false;
        break;
      }
    }
    outbox.sendDraft(
        turn,
        peer.id(),
        peer.item.address(),
        draft,
        new Body.Digest(draft.digests(), complete, mask));
  }

  /** Answers a digest; the members in it have been merged already. */
  void onDigest(
      Turn turn, Route route, MemberItem sender, List<MemberItem> told, Body.Digest digest) {
    NodeId peer = sender.id();
    settle(turn, peer, digest.owners());
    Body frame = new Body.Delta(List.of());
    Draft draft = outbox.draft(peer, frame);
    addMembers(draft, sender, told, digest);
    IdTable<OwnerDigest> theirs = new IdTable<>();
    digest.owners().forEach(d -> theirs.put(d.owner(), d));
    List<OwnerDigest> lacking = new ArrayList<>();
    for (OwnerDigest other : Shuffle.rotated(theirs.values(), random)) {
      OwnerRecords mine = store.get(other.owner());
      if (mine == null) {
        continue;
      }
      if (other.generation() == mine.generation() && other.head() > mine.head()) {
        store.heardOf(other);
        if (!mine.owner.equals(members.self().id())) {
          draft.add(mine.digest());
        }
      } else {
        lacking.add(other);
      }
    }
    if (digest.complete()) {
      for (OwnerRecords mine : Shuffle.rotated(store.all(), random)) {
        if (unknown(digest, mine.owner) && theirs.get(mine.owner) == null && mine.head() > 0) {
          lacking.add(new OwnerDigest(mine.owner, mine.generation(), 0, 0, 0));
        }
      }
    }
    addDeltas(draft, lacking);
    if (!draft.isEmpty()) {
      outbox.sendDraft(
          turn, peer, replyAddress(route, sender), draft, new Body.Delta(draft.digests()));
    }
  }

  /**
   * Two that hold an owner's records as far, and not the same, cannot tell who is right: the owner
   * is told of both, and writes all anew where it finds another word than its own. Not again and
   * again: it signs all that it writes, all others verify it, and the word may be a lie.
   */
  private void settle(Turn turn, NodeId peer, List<OwnerDigest> told) {
    int asked = 0;
    for (OwnerDigest other : told) {
      OwnerRecords mine = store.get(other.owner());
      if (mine == null) {
        continue;
      }
      if (!other.owner().equals(members.self().id())) {
        MemberEntry owner = members.get(other.owner());
        if (asked < MAX_DISPUTES && owner != null && owner.present() && mine.differs(other)) {
          asked++;
          pulls.ask(turn, other.owner(), List.of(mine.digest(), other));
        }
      } else if (mine.disputedBy(other) && nextRewriteNanos <= turn.nowNanos()) {
        nextRewriteNanos = turn.in(config.syncIntervalMillis());
        members.own().disputed(turn, peer);
      }
    }
  }

  /** Whether the sender of a digest that does not name an owner does not know of it. */
  private static boolean unknown(Body.Digest digest, NodeId owner) {
    return digest.complete() && Buckets.in(owner, digest.buckets());
  }

  private void addMembers(
      Draft draft, MemberItem sender, List<MemberItem> items, Body.Digest digest) {
    MemberEntry asker = members.get(sender.id());
    if (asker != null && asker.item.precedence(sender) > 0) {
      draft.add(asker.item); // what is said of the sender itself goes first: it may refute
    }
    IdTable<MemberItem> told = new IdTable<>();
    told.put(sender.id(), sender);
    for (MemberItem item : Shuffle.rotated(items, random)) {
      MemberEntry mine = members.get(item.id());
      if (told.put(item.id(), item) && mine != null && mine.item.precedence(item) > 0) {
        draft.add(mine.item);
      }
    }
    if (digest.complete()) {
      for (MemberEntry mine : Shuffle.rotated(members.others(), random)) {
        if (unknown(digest, mine.id()) && told.get(mine.id()) == null) {
          draft.add(mine.item);
        }
      }
    }
  }

  private void addDeltas(Draft draft, List<OwnerDigest> lacking) {
    for (OwnerDigest other : lacking) {
      OwnerRecords mine = store.get(other.owner());
      if (mine == null || other.generation() > mine.generation()) {
        continue;
      }
      boolean sameLife = other.generation() == mine.generation();
      long from = sameLife ? other.head() : 0;
      if (mine.head() > from) {
        OwnerDelta delta =
            sameLife
                ? mine.delta(from, other.gcVersion(), other.content(), draft.leftBytes())
                : mine.delta(from, Long.MAX_VALUE, 0, draft.leftBytes());
        if (delta != null) {
          draft.add(delta);
        }
      }
    }
  }

  /** Answers what a delta asks for; its members and records have been taken already. */
  void onDelta(Turn turn, Route route, MemberItem sender, Body.Delta body, List<NodeId> advanced) {
    NodeId peer = sender.id();
    settle(turn, peer, body.wants());
    Draft draft = outbox.draft(peer, new Body.Delta(List.of()));
    for (NodeId owner : advanced) {
      OwnerRecords records = store.get(owner);
      if (records != null && records.behind()) {
        draft.add(records.digest());
      }
    }
    addDeltas(draft, body.wants());
    if (!draft.isEmpty()) {
      outbox.sendDraft(
          turn, peer, replyAddress(route, sender), draft, new Body.Delta(draft.digests()));
    }
  }

  private static PeerAddress replyAddress(Route route, MemberItem sender) {
    return switch (route) {
      case Route.Datagram d -> d.from();
      case Route.Link l -> sender.address();
    };
  }

  /** How many deltas were taken of which only the beginning fitted the message. */
  long cutShort() {
    return cutShort;
  }

  /**
   * Takes the records of a message; names the owners of which something new was learned and the
   * rest can come at once. Of a delta that its owner has not signed nothing is taken, nor of what
   * comes behind it: who hands that on does not look at what he tells.
   */
  List<NodeId> take(Turn turn, NodeId sender, List<OwnerDelta> deltas) {
    if (deltas.isEmpty()) {
      return List.of();
    }
    List<NodeId> advanced = new ArrayList<>();
    for (OwnerDelta delta : deltas) {
      MemberEntry entry = members.get(delta.owner());
      OwnerRecords records = store.get(delta.owner());
      if (entry == null || records == null || entry.item.state() == MemberState.LEFT) {
        continue;
      }
      if (delta.generation() != records.generation()) {
        continue; // an old life's; or a new one's, of which the member's own item must tell first
      }
      if (!records.newsIn(delta)) {
        continue;
      }
      long before = records.head();
      Notary.Finding finding = notary.look(turn.nowNanos(), records, delta);
      if (finding.verdict() == Notary.Verdict.FORGED) {
        return advanced;
      }
      boolean cut = finding.verdict() == Notary.Verdict.CUT;
      boolean continued = records.continuedBy(finding.delta());
      records = store.change(records);
      boolean labelled = records.value(Labels.KEY) != null;
      boolean labelsChanged = apply(turn, entry, records, sender, finding);
      boolean full = continued && records.head() < finding.delta().upTo();
      if (records.head() > before) {
        if (!cut && !full) { // else the rest would come at once, and there is no time or room
          advanced.add(delta.owner());
        }
        news.records(delta.owner(), before);
        cutShort += delta.upTo() < delta.head() ? 1 : 0;
      }
      if (labelsChanged && labelled) {
        String cause = "its labels changed; told by " + sender.shortForm();
        turn.out().emit(new GossipEvent.MemberUpdated(members.view(entry), cause));
      }
      if (records.behind()) {
        if (full) {
          pulls.elsewhere(turn, delta.owner());
        } else {
          long next = cut ? turn.in(config.gossipIntervalMillis()) : turn.nowNanos();
          pulls.from(sender, delta.owner(), next);
        }
      }
    }
    return advanced;
  }

  private boolean apply(
      Turn turn, MemberEntry entry, OwnerRecords records, NodeId sender, Notary.Finding finding) {
    List<String> changed = new ArrayList<>();
    records.apply(
        turn.nowNanos(),
        finding.delta(),
        finding.key(),
        tell(turn, entry, changed, "told by " + sender.shortForm()));
    return changed.contains(Labels.KEY);
  }

  private OwnerRecords.Changes tell(
      Turn turn, MemberEntry entry, List<String> changed, String cause) {
    return (key, value) -> {
      changed.add(key);
      if (key.charAt(0) != '@') {
        byte[] copy = value == null ? null : value.clone();
        turn.out().emit(new GossipEvent.RecordChanged(members.view(entry), key, copy, cause));
      }
    };
  }

  /**
   * The periodic comparison with one random member, who is returned: one number, as mostly both are
   * level.
   */
  @Nullable MemberEntry periodic(Turn turn) {
    MemberEntry peer = members.roster().any(random);
    if (peer != null) {
      Body total = new Body.Summary(List.of(buckets.total()));
      outbox.send(turn, outbox.routeTo(peer), peer, total, null);
    }
    return peer;
  }

  /** Drops tombstones that are old enough, and what restarted members did not bring again. */
  void collect(Turn turn) {
    for (OwnerRecords records : List.copyOf(store.aging())) {
      records.collectTombstones(turn.nowNanos(), config.tombstoneMillis() * Turn.NANOS_PER_MILLI);
      MemberEntry entry = members.get(records.owner);
      if (records.leftoverDeadlineNanos() <= turn.nowNanos() && entry != null) {
        records.dropLeftovers(
            tell(turn, entry, new ArrayList<>(), "its last generation is superseded"));
      }
    }
  }
}
