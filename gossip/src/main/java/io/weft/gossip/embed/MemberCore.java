package io.weft.gossip.embed;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.Query;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipEffects;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.link.LinkEffects;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.keyring.Opened;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The gossip core, the link core and the keyring put together, without a thread or a clock: one
 * caller at a time. What a core tells leads to further inputs for it or the other one; all wait
 * their turn in one queue, so that no core is stepped from within a step.
 *
 * <p>Datagrams carry everything that fits one. A member that joins also opens a link to its seeds,
 * for a moment, which brings it the whole view at once. Else only a member with a record that fits
 * no datagram keeps links, to everybody, for as long as it has the record: a cluster of small
 * records is silent on TCP, and one large record costs its owner a connection a member.
 */
final class MemberCore {
  /** Of a datagram, what names, numbers, key and signature around a record may take. */
  static final int FRAME_BYTES = 500;

  /** How long a link to a seed stays; what it is for takes a round trip or two. */
  static final long SEED_LINK_MILLIS = 10_000;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final String LABELS = "@labels";

  private final GossipCore gossip;
  private final LinkCore links;
  private final GossipKeyring keyring;
  private final Transport transport;
  private final Consumer<GossipEvent> listener;
  private final int fittingBytes;
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final TreeMap<NodeId, Long> linkOf = new TreeMap<>();
  private final TreeMap<Long, NodeId> peerOf = new TreeMap<>();
  private final TreeMap<String, Long> dropped = new TreeMap<>();

  /** Keys of own records that fit no datagram. */
  private final TreeSet<String> large = new TreeSet<>();

  /** When the links to seeds end. */
  private final TreeMap<NodeId, Long> seedLinks = new TreeMap<>();

  private final UserDesk users = new UserDesk(this::gossipLater);
  private long now;

  private final GossipEffects gossipEffects =
      new GossipEffects() {
        @Override
        public void sendDatagram(PeerAddress to, byte[] payload) {
          transport.sendDatagram(to, keyring.seal(payload));
        }

        @Override
        public void sendLink(NodeId to, byte[] payload) {
          Long link = linkOf.get(to);
          if (link != null) {
            transport.send(link, Channel.GOSSIP, payload);
          }
        }

        @Override
        public void emit(GossipEvent event) {
          work.addLast(() -> told(event));
        }
      };

  private final LinkEffects linkEffects =
      new LinkEffects() {
        @Override
        public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
          transport.dial(linkId, to, expected);
        }

        @Override
        public void close(long linkId) {
          transport.close(linkId);
        }

        @Override
        public void linkUp(NodeId peer, long linkId) {
          if (linkOf.put(peer, linkId) == null) {
            gossipLater(new GossipInput.LinkUp(peer));
            if (large.isEmpty() && linkId % 2 == 0) { // dialled from here, so to a seed
              seedLinks.put(peer, now + SEED_LINK_MILLIS * NANOS_PER_MILLI);
            }
          }
        }

        @Override
        public void linkDown(NodeId peer, String cause) {
          if (linkOf.remove(peer) != null) {
            gossipLater(new GossipInput.LinkDown(peer, cause));
          }
        }
      };

  MemberCore(
      GossipConfig config,
      GossipCore gossip,
      LinkCore links,
      GossipKeyring keyring,
      Transport transport,
      Consumer<GossipEvent> listener) {
    this.gossip = gossip;
    this.links = links;
    this.keyring = keyring;
    this.transport = transport;
    this.listener = listener;
    this.fittingBytes = config.datagramBudgetBytes() - FRAME_BYTES;
    weigh(LABELS, labelBytes(gossip.self().labels()));
  }

  GossipCore gossip() {
    return gossip;
  }

  /** What was dropped, by cause. */
  SortedMap<String, Long> dropped() {
    TreeMap<String, Long> all = new TreeMap<>(dropped);
    gossip.malformed().forEach((cause, count) -> all.put("MALFORMED_" + cause, count));
    if (gossip.refusedCoordinates() > 0) {
      all.put("MALFORMED_COORDINATE", gossip.refusedCoordinates());
    }
    return all;
  }

  void countDropped(String cause) {
    dropped.merge(cause, 1L, Long::sum);
  }

  long nextDeadlineNanos() {
    long next = Math.min(gossip.nextDeadlineNanos(), links.nextDeadlineNanos());
    for (long end : seedLinks.values()) {
      next = Math.min(next, end);
    }
    return next;
  }

  /** Does what is due. */
  void runDue(long nowNanos) {
    if (gossip.nextDeadlineNanos() <= nowNanos) {
      take(nowNanos, new GossipInput.Timer());
    }
    if (links.nextDeadlineNanos() <= nowNanos) {
      take(nowNanos, new LinkInput.Timer());
    }
    seedLinks.entrySet().removeIf(link -> seedLinkEnds(nowNanos, link.getKey(), link.getValue()));
    drain(nowNanos);
  }

  private boolean seedLinkEnds(long nowNanos, NodeId peer, long end) {
    if (end > nowNanos) {
      return false;
    }
    if (large.isEmpty()) {
      linkLater(new LinkInput.Unwant(peer));
    }
    return true;
  }

  void join(long nowNanos, GossipInput.Join join) {
    gossipLater(join);
    join.seeds().forEach(seed -> linkLater(new LinkInput.Seed(seed)));
    drain(nowNanos);
  }

  void take(long nowNanos, GossipInput input) {
    gossipLater(input);
    drain(nowNanos);
  }

  void take(long nowNanos, LinkInput input) {
    linkLater(input);
    drain(nowNanos);
  }

  void put(long nowNanos, GossipInput.PutRecord record) {
    weigh(record.key(), bytes(record.key()) + record.value().length);
    take(nowNanos, record);
  }

  void remove(long nowNanos, GossipInput.RemoveRecord record) {
    weigh(record.key(), 0);
    take(nowNanos, record);
  }

  void labels(long nowNanos, GossipInput.SetLabels labels) {
    weigh(LABELS, labelBytes(labels.labels()));
    take(nowNanos, labels);
  }

  /** Fires or asks; the event that ends it goes to answer. */
  void send(
      long nowNanos,
      LongFunction<GossipInput> input,
      CompletableFuture<GossipEvent.OfUser> answer) {
    users.send(input, answer);
    drain(nowNanos);
  }

  /** Who answers queries of this name. */
  void handle(String query, Predicate<Query> handler) {
    users.handle(query, handler);
  }

  /** A link leads to this peer: one that was dialled from here, or one that was accepted. */
  void linked(long nowNanos, long linkId, NodeId peer, LinkInput input) {
    peerOf.put(linkId, peer);
    take(nowNanos, input);
  }

  void closed(long nowNanos, LinkInput.Closed link) {
    peerOf.remove(link.linkId());
    take(nowNanos, link);
  }

  /** A message of a link: of the channel that this one speaks, or dropped. */
  void message(long nowNanos, long linkId, Channel channel, byte[] payload) {
    NodeId peer = peerOf.get(linkId);
    if (peer == null || channel != Channel.GOSSIP) {
      countDropped("FOREIGN_MESSAGE");
    } else {
      take(nowNanos, new GossipInput.LinkMessage(peer, payload));
    }
  }

  /** A datagram as it came from the network. */
  void datagram(long nowNanos, PeerAddress from, byte[] sealed) {
    switch (keyring.open(sealed)) {
      case Opened.Rejected r -> countDropped(r.cause().name());
      case Opened.Accepted a ->
          take(nowNanos, new GossipInput.DatagramReceived(from, a.sender(), a.payload()));
    }
  }

  private void gossipLater(GossipInput input) {
    work.addLast(() -> gossip.step(now, input, gossipEffects));
  }

  private void linkLater(LinkInput input) {
    work.addLast(() -> links.step(now, input, linkEffects));
  }

  private void drain(long nowNanos) {
    now = nowNanos;
    for (Runnable next = work.pollFirst(); next != null; next = work.pollFirst()) {
      next.run();
    }
  }

  private void told(GossipEvent event) {
    if (event instanceof GossipEvent.OfUser ofUser) {
      users.told(ofUser);
      if (event instanceof GossipEvent.UserEventSeen) {
        listener.accept(event);
      }
      return;
    }
    listener.accept(event);
    Member member = event.member();
    if (member.id().equals(gossip.self().id()) || event instanceof GossipEvent.RecordChanged) {
      return;
    }
    if (event instanceof GossipEvent.MemberForgotten || member.state() == MemberState.LEFT) {
      linkLater(new LinkInput.Unwant(member.id()));
    } else if (!large.isEmpty()) {
      want(member);
    }
  }

  private void want(Member member) {
    linkLater(new LinkInput.Want(member.id(), member.address()));
    if (member.state() == MemberState.ALIVE) {
      linkLater(new LinkInput.Evidence(member.id()));
    }
  }

  /** Links are kept while at least one own record needs them. */
  private void weigh(String key, int bytes) {
    boolean before = !large.isEmpty();
    if (bytes > fittingBytes) {
      large.add(key);
    } else {
      large.remove(key);
    }
    if (before == !large.isEmpty()) {
      return;
    }
    for (Member member : gossip.members()) {
      if (member.id().equals(gossip.self().id()) || member.state() == MemberState.LEFT) {
        continue;
      }
      if (before) {
        linkLater(new LinkInput.Unwant(member.id()));
      } else {
        want(member);
      }
    }
  }

  private static int labelBytes(SortedMap<String, String> labels) {
    int sum = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      sum += bytes(label.getKey()) + bytes(label.getValue()) + 2 * Short.BYTES;
    }
    return sum;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
