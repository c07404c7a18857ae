package io.weft.gossip.embed;

import io.weft.gossip.Member;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.Query;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.QueryResult;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.UserEvent;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.transport.Transport;
import io.weft.security.identity.NodeId;
import io.weft.security.secret.ClusterSecret;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * This process as a member of a cluster: who else is there, who answers, and what each has written.
 *
 * <pre>{@code
 * ClusterSecret secret = ClusterSecret.parse(System.getenv("SHOP_SECRET"));
 * try (Membership shop =
 *     Membership.builder("web-1", secret)
 *         .bind(PeerAddress.parse("10.0.0.1:7940"))
 *         .seeds("10.0.0.2:7940", "10.0.0.3:7940")
 *         .start()) {
 *   shop.listen(event -> System.out.println(event));
 *   shop.put("http", "10.0.0.1:8080".getBytes(UTF_8));
 *   shop.members().forEach(System.out::println);
 *   shop.leave();
 * }
 * }</pre>
 *
 * <p><b>Trust.</b> All members hold one {@link ClusterSecret}; whoever holds it is a member. Every
 * datagram is sealed with it, so that nothing from an outsider changes anything; large records go
 * over TLS 1.3 whose certificates come from it. It does not protect members from each other.
 *
 * <p><b>Names.</b> A member's identity comes from the secret and its name: one that starts again
 * under its name is the same member in a new life, and supersedes the old one at once. So two
 * members that run at a time need two names; under one name they would push each other out for
 * ever.
 *
 * <p><b>Network.</b> UDP on one port, and TCP on the same port: for some seconds to the seeds, and
 * between members of which one has a record or labels of more than some 700 bytes. No traffic
 * leaves before {@link Builder#start}.
 *
 * <p><b>Threads.</b> One daemon thread decides, two of Netty carry bytes, and each listener has a
 * virtual one. All methods may be called from any thread, also from listeners.
 *
 * <p>After {@link #close} all methods but it throw {@link IllegalStateException}.
 */
public final class Membership implements AutoCloseable {
  /** Beyond the time that the goodbye takes, how long {@link #leave} waits for it. */
  private static final long LEAVE_WAIT_MILLIS = 5_000;

  private final Transport transport;
  private final Listeners listeners;
  private final MemberLoop loop;
  private final CountDownLatch left;
  private final long leaveMillis;
  private final AtomicBoolean closed = new AtomicBoolean();

  Membership(
      Transport transport,
      Listeners listeners,
      MemberLoop loop,
      CountDownLatch left,
      long lingerMillis) {
    this.transport = transport;
    this.listeners = listeners;
    this.loop = loop;
    this.left = left;
    this.leaveMillis = lingerMillis + LEAVE_WAIT_MILLIS;
  }

  /**
   * How to become a member.
   *
   * @param name unique among the members, and the same at each start; 1 to 63 letters, digits,
   *     dots, dashes and underscores
   * @param secret of the cluster
   */
  public static Builder builder(String name, ClusterSecret secret) {
    return new Builder(name, secret);
  }

  /**
   * Looks for further members at these addresses, as for {@link Builder#seeds}.
   *
   * @throws UnknownHostException with one line, when a name has no address
   * @throws IllegalArgumentException with one line, when a text is no address
   */
  public void join(String... hosts) throws UnknownHostException {
    List<PeerAddress> peers = Builder.resolve(List.of(hosts));
    loop.checkOpen();
    loop.put((core, now) -> core.join(now, new GossipInput.Join(peers)));
  }

  /** This member as it sees itself. */
  public Member self() {
    return loop.ask(core -> core.gossip().self());
  }

  /**
   * All members by identity, this one among them, and those that have failed or left: look at
   * {@link Member#state()}, or {@link Member#present()}.
   */
  public List<Member> members() {
    return loop.ask(core -> core.gossip().members());
  }

  /**
   * How long a datagram takes from one member to another and back: as measured where one of them is
   * this member, else estimated by network coordinates. Empty while it is not known: each member is
   * probed once in about as many seconds as there are members.
   */
  public Optional<RoundTrip> roundTrip(NodeId a, NodeId b) {
    return loop.ask(core -> core.gossip().roundTrip(a, b));
  }

  /**
   * Tells this listener first of everyone who is present and of their records, then of each change
   * in the order in which this member learns it, nothing left out between. Events come one after
   * another in a thread of the listener's own, so it may block; when more than {@value
   * Listeners#MAX_WAITING} wait for it, further ones are lost to it (see {@link #dropped}).
   */
  public void listen(Consumer<GossipEvent> listener) {
    loop.ask(
        core -> {
          listeners.add(listener, known(core.gossip()));
          return true;
        });
  }

  private static List<GossipEvent> known(GossipCore core) {
    List<GossipEvent> events = new ArrayList<>();
    SortedMap<NodeId, SortedMap<String, byte[]>> records = core.records("");
    for (Member member : core.members()) {
      if (member.present() && !member.id().equals(core.self().id())) {
        events.add(new GossipEvent.MemberJoined(member, "known already"));
        records
            .getOrDefault(member.id(), new TreeMap<>())
            .forEach(
                (key, value) ->
                    events.add(new GossipEvent.RecordChanged(member, key, value, "known already")));
      }
    }
    return events;
  }

  /**
   * Writes one of this member's own records, for all to see.
   *
   * @param key at most {@value GossipInput#MAX_KEY_BYTES} bytes in UTF-8, not beginning with '@'
   * @param value at most {@value GossipInput#MAX_VALUE_BYTES} bytes
   * @throws IllegalArgumentException when key or value is longer
   */
  public void put(String key, byte[] value) {
    GossipInput.PutRecord record = new GossipInput.PutRecord(key, value);
    loop.checkOpen();
    loop.put((core, now) -> core.put(now, record));
  }

  /** Deletes one of this member's own records, if it is there. */
  public void remove(String key) {
    GossipInput.RemoveRecord record = new GossipInput.RemoveRecord(key);
    loop.checkOpen();
    loop.put((core, now) -> core.remove(now, record));
  }

  /**
   * The records under a prefix of all members that are present, this one among them: owner to key
   * to value. The values are copies.
   */
  public SortedMap<NodeId, SortedMap<String, byte[]>> records(String keyPrefix) {
    return loop.ask(core -> core.gossip().records(keyPrefix));
  }

  /** Replaces this member's labels: few and short, as all see them with each view of it. */
  public void labels(SortedMap<String, String> labels) {
    GossipInput.SetLabels set = new GossipInput.SetLabels(labels);
    loop.checkOpen();
    loop.put((core, now) -> core.labels(now, set));
  }

  /**
   * Fires an event: all who are members now, this one among them, are told of it once, by {@link
   * #listenEvents}. It goes with the gossip, within a second or so even in a large cluster; a
   * member that is away for less than five minutes is told when it is back, unless more than 1,024
   * events (128 of one member's) came meanwhile. Nobody says that it has arrived; for that, {@link
   * #query}.
   *
   * @param name what kind of event it is: 1 to 128 bytes in UTF-8, no control characters
   * @param payload with the name at most 512 bytes
   * @return its Lamport time, see {@link UserEvent#ltime}
   * @throws IllegalArgumentException with one line, when name or payload is not so
   * @throws IllegalStateException with one line, when too many of this member's events wait to be
   *     told; again in a second
   */
  public long event(String name, byte[] payload) {
    GossipInput.FireEvent event = new GossipInput.FireEvent(0, name, payload);
    return switch (loop.await(send(t -> new GossipInput.FireEvent(t, name, event.payload())))) {
      case GossipEvent.Fired fired -> fired.ltime();
      case GossipEvent.OfUser refused -> throw new IllegalStateException(refused.cause());
    };
  }

  /**
   * Tells this listener of each event that any member fires from now on, once. As for {@link
   * #listen}, which tells of them too: in a thread of the listener's own.
   */
  public void listenEvents(Consumer<UserEvent> listener) {
    loop.checkOpen();
    listeners.add(
        event -> {
          if (event instanceof GossipEvent.UserEventSeen seen) {
            listener.accept(seen.event());
          }
        },
        List.of());
  }

  /**
   * Asks the members something: all that the filter meets, this one among them. Each says that the
   * question has come, and those that have an {@link #answer} for it, that.
   *
   * @param name what is asked, as an event's name
   * @param payload with name and filter (8 bytes a node, and 8 more a label) at most 512 bytes
   * @param timeout how long to wait, 1 ms to 60 s; zero for what the size of the cluster takes (3.2
   *     s up to 9 members, as much again for each further digit)
   * @return ends when everybody who was there has said all that he will, else with the time; it
   *     fails with {@link IllegalStateException} when 16 queries are open, or too many events wait,
   *     or this membership is closed or fails meanwhile
   * @throws IllegalArgumentException with one line, when an argument is not so
   */
  public CompletableFuture<QueryResult> query(
      String name, byte[] payload, QueryFilter whom, Duration timeout) {
    GossipInput.Ask ask = new GossipInput.Ask(0, name, payload, whom, timeout.toMillis());
    return send(t -> new GossipInput.Ask(t, name, ask.payload(), whom, ask.timeoutMillis()))
        .thenApply(
            event ->
                switch (event) {
                  case GossipEvent.QueryEnded ended -> ended.result();
                  case GossipEvent.OfUser refused ->
                      throw new IllegalStateException(refused.cause());
                });
  }

  /**
   * Answers queries of this name from now on, in place of who did before. Each is answered in a
   * virtual thread of its own, so the handler may block; when it answers {@code null}, throws, or
   * {@value QueryHandler#MAX_RUNNING} are running, who asks hears that there is no answer.
   *
   * @param handler the answer has at most 1,024 bytes
   */
  public void answer(String name, Function<Query, byte @Nullable []> handler) {
    QueryHandler running = new QueryHandler(handler, loop);
    loop.ask(
        core -> {
          core.handle(name, running);
          return true;
        });
  }

  private CompletableFuture<GossipEvent.OfUser> send(LongFunction<GossipInput> input) {
    loop.checkOpen();
    return loop.begin(answer -> (core, now) -> core.send(now, input, answer));
  }

  /**
   * What came and was not taken, how often, by cause: {@code BAD_TAG} (sealed with another secret),
   * {@code WRONG_CLUSTER}, {@code REPLAY}, {@code MALFORMED_...}; {@code INBOX_FULL} and {@code
   * LISTENER_FULL} for what this process was too slow for.
   */
  public SortedMap<String, Long> dropped() {
    SortedMap<String, Long> counts = loop.ask(MemberCore::dropped);
    countIfAny(counts, "INBOX_FULL", loop.floods());
    countIfAny(counts, "LISTENER_FULL", listeners.lost());
    return counts;
  }

  private static void countIfAny(SortedMap<String, Long> counts, String cause, long count) {
    if (count > 0) {
      counts.put(cause, count);
    }
  }

  /** Says goodbye, waits until it is said (about a second), and closes. */
  public void leave() {
    loop.checkOpen();
    loop.put((core, now) -> core.take(now, new GossipInput.Leave()));
    try {
      boolean _ = left.await(leaveMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /**
   * Stops without a word: unless it has left, the others will find this member failed. Listeners
   * still get what waits for them. Closing twice does no harm.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      loop.close(); // first: what it sends needs the transport
      transport.close();
      listeners.close();
    }
  }
}
