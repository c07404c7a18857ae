package io.weft.overlay.agent;

import com.google.protobuf.ByteString;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.Entries;
import io.weft.overlay.agent.proto.Entry;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.agent.proto.StateSnapshot;
import io.weft.overlay.agent.proto.Watch;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the mirror fed: on a voter by its own engine, elsewhere by watching a voter, which sends
 * what came after an index and then each entry as it is committed. An entry names the one before
 * it, so a gap is seen at once and asked for again.
 */
final class RegistryFeed {
  /** A watch is renewed so often: a voter that has lost it, or lags, is found out. */
  static final long RENEW_MILLIS = 5_000;

  /** The most members that this voter serves. */
  static final int MAX_WATCHERS = 4096;

  /** The most entries in one message. */
  static final int MAX_BATCH = 32;

  /** Who hears what the mirror has taken in. */
  interface Listener {
    void applied(RegistryMirror.Applied applied);

    void registryChanged();
  }

  private final HostContext context;
  private final Links links;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Listener listener;

  /** A watcher that does not renew is forgotten: it has another source by now. */
  static final long WATCH_MILLIS = 3 * RENEW_MILLIS;

  /** What came after a gap is on its way already when the next message shows the same gap. */
  static final long REPEAT_MILLIS = 500;

  private record Watcher(long sentIndex, long untilNanos) {}

  /** Watchers and the index up to which each was sent everything. */
  private final TreeMap<NodeId, Watcher> watchers = new TreeMap<>();

  /** The copy on this host's disk is at most so old, or older by what a write takes. */
  static final long SAVE_AFTER_MILLIS = 500;

  private final SnapshotParts.Sender outgoing = new SnapshotParts.Sender();
  private final SnapshotParts.Receiver incoming = new SnapshotParts.Receiver();
  private @Nullable NodeId source;
  private long saveNanos = Long.MAX_VALUE;
  private long renewNanos;
  private long askAgainNanos;
  private int turns;

  RegistryFeed(
      HostContext context, Links links, Voters voters, RegistryMirror mirror, Listener listener) {
    this.context = context;
    this.links = links;
    this.voters = voters;
    this.mirror = mirror;
    this.listener = listener;
  }

  void start() {
    renewNanos = context.now();
    askAgainNanos = context.now();
  }

  void committed(long index, long timeMillis, byte[] command) {
    long before = mirror.index();
    mirror.apply(index, timeMillis, command).ifPresent(listener::applied);
    if (mirror.index() != before) {
      changed();
    }
  }

  void restored(long index, byte[] state) {
    try {
      if (mirror.restore(index, state)) {
        changed();
      }
    } catch (MalformedRegistryException e) {
      context.event(
          "registry-refused",
          context.self.shortForm(),
          "a snapshot was malformed: " + e.getMessage());
    }
  }

  private void changed() {
    saveNanos = Math.min(saveNanos, context.inMillis(SAVE_AFTER_MILLIS));
    listener.registryChanged();
    watchers.values().removeIf(w -> w.untilNanos() <= context.now());
    watchers.replaceAll((peer, w) -> new Watcher(sendNews(peer, w.sentIndex()), w.untilNanos()));
  }

  /**
   * Keeps the registry on this host's disk, a while after it changed, so that a burst of changes
   * costs one write. It is a copy: the voters hold the registry itself.
   */
  void saveIfDue() {
    if (saveNanos <= context.now()) {
      save();
    }
  }

  /** Keeps the registry now, if it changed: something that goes to the disk next rests on it. */
  void save() {
    if (saveNanos != Long.MAX_VALUE) {
      saveNanos = Long.MAX_VALUE;
      context.out().saveRegistry(mirror.index(), mirror.snapshot());
    }
  }

  /** Sends a watcher what it lacks and says up to where it then is. */
  private long sendNews(NodeId watcher, long sent) {
    Optional<List<RegistryMirror.Entry>> news = mirror.after(sent);
    if (news.isEmpty()) {
      StateSnapshot first = outgoing.first(mirror.index(), mirror.snapshot());
      send(watcher, RegistryMessage.newBuilder().setSnapshot(first));
      return mirror.index();
    }
    List<RegistryMirror.Entry> entries = news.get();
    for (int from = 0; from < entries.size(); from += MAX_BATCH) {
      List<RegistryMirror.Entry> batch =
          entries.subList(from, Math.min(entries.size(), from + MAX_BATCH));
      Entries.Builder message = Entries.newBuilder().setAfterIndex(batch.getFirst().afterIndex());
      for (RegistryMirror.Entry entry : batch) {
        message.addEntry(
            Entry.newBuilder()
                .setIndex(entry.index())
                .setTimeMillis(entry.timeMillis())
                .setCommand(ByteString.copyFrom(entry.command())));
      }
      send(watcher, RegistryMessage.newBuilder().setEntries(message));
    }
    return mirror.index();
  }

  private void send(NodeId to, RegistryMessage.Builder message) {
    links.send(to, Channel.REGISTRY, message.build().toByteArray());
  }

  /** A member wants to be told; only a voter tells. */
  void watch(NodeId watcher, Watch message) {
    if (!voters.engineFollows()) {
      return;
    }
    if (message.getSnapshotIndex() != 0) {
      Optional<StateSnapshot> part =
          outgoing.further(message.getSnapshotIndex(), message.getSnapshotOffset());
      if (part.isPresent()) {
        send(watcher, RegistryMessage.newBuilder().setSnapshot(part.get()));
        return;
      }
    }
    if (watchers.containsKey(watcher) || watchers.size() < MAX_WATCHERS) {
      long sent = sendNews(watcher, Math.clamp(message.getAfterIndex(), 0, mirror.index()));
      watchers.put(watcher, new Watcher(sent, context.inMillis(WATCH_MILLIS)));
    }
  }

  void entries(NodeId from, Entries message) {
    if (!from.equals(source)) {
      return;
    }
    if (message.getAfterIndex() > mirror.index()) {
      renewNanos = Math.min(renewNanos, askAgainNanos);
      return;
    }
    for (Entry entry : message.getEntryList()) {
      committed(entry.getIndex(), entry.getTimeMillis(), entry.getCommand().toByteArray());
    }
  }

  void snapshot(NodeId from, StateSnapshot message) {
    if (!from.equals(source)) {
      return;
    }
    if (message.getTotalBytes() == 0) {
      restored(message.getIndex(), message.getState().toByteArray());
      return;
    }
    if (message.getIndex() <= mirror.index()) {
      return;
    }
    long before = incoming.index() == message.getIndex() ? incoming.offset() : 0;
    byte[] whole = incoming.take(message);
    if (whole != null) {
      restored(message.getIndex(), whole);
    }
    // Not after a part that came twice, or the same parts would be on their way twice from then on.
    if (whole != null || (incoming.isUnderWay() && incoming.offset() > before)) {
      ask();
    }
  }

  void linkDown(NodeId peer) {
    watchers.remove(peer);
    if (peer.equals(source)) {
      source = null;
      incoming.reset();
      renewNanos = context.now();
    }
  }

  /** A voter may have come up, or this host may have become one. */
  void runDue() {
    if (voters.engineFollows()) {
      source = null;
      incoming.reset();
      return;
    }
    if (renewNanos <= context.now()) {
      turns++;
      NodeId next = voters.linkedVoter(turns);
      if (!Objects.equals(next, source)) {
        incoming.reset();
      }
      source = next;
      ask();
    }
  }

  private void ask() {
    if (incoming.index() <= mirror.index()) {
      incoming.reset(); // overtaken: further parts are of no use, and entries are wanted again
    }
    NodeId voter = source;
    askAgainNanos = context.inMillis(REPEAT_MILLIS);
    renewNanos = context.inMillis(voter == null ? Registrar.RETRY_MILLIS : RENEW_MILLIS);
    if (voter != null) {
      send(
          voter,
          RegistryMessage.newBuilder()
              .setWatch(
                  Watch.newBuilder()
                      .setAfterIndex(mirror.index())
                      .setSnapshotIndex(incoming.index())
                      .setSnapshotOffset(incoming.offset())));
    }
  }

  long nextDeadlineNanos() {
    return voters.engineFollows() ? saveNanos : Math.min(saveNanos, renewNanos);
  }
}
