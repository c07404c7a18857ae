package io.weft.gossip.core;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.Query;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that can happen to a {@link GossipCore}. */
@SuppressWarnings("ArrayRecordComponent") // messages in passing: never compared, never changed
public sealed interface GossipInput {

  /** The longest key of a record, in UTF-8 bytes. */
  int MAX_KEY_BYTES = 256;

  /** The largest value of a record, in bytes. */
  int MAX_VALUE_BYTES = 65_536;

  /** The most labels of a member. */
  int MAX_LABELS = 64;

  /** The longest key or value of a label, in UTF-8 bytes. */
  int MAX_LABEL_BYTES = 256;

  /** The longest time that a query may wait, in milliseconds. */
  long MAX_QUERY_MILLIS = 60_000;

  /** The deadline that the core named has come (coming early or twice does no harm). */
  record Timer() implements GossipInput {}

  /**
   * A datagram, already opened by the keyring. Malformed ones are counted and dropped.
   *
   * @param sender who sealed it; he may speak for himself only
   */
  record DatagramReceived(PeerAddress from, NodeId sender, byte[] payload) implements GossipInput {}

  /** There is a link to this peer now, authenticated as its own. */
  record LinkUp(NodeId peer) implements GossipInput {}

  /** The link to this peer is gone. */
  record LinkDown(NodeId peer, String cause) implements GossipInput {}

  /** A message of the gossip channel from the link's peer. */
  record LinkMessage(NodeId peer, byte[] payload) implements GossipInput {}

  /**
   * Find the cluster at these addresses; they are tried for ever while nobody alive is known there.
   */
  record Join(List<PeerAddress> seeds) implements GossipInput {
    public Join {
      seeds = List.copyOf(seeds);
    }
  }

  /** Say goodbye; {@link GossipEvent.LeaveComplete} follows, after which the core is silent. */
  record Leave() implements GossipInput {}

  /** Declare a failed member to have left, for all; a member that is alive refutes it. */
  record ForceLeave(NodeId peer) implements GossipInput {}

  /** Write one of this node's own records. Keys that begin with '@' are the core's own. */
  record PutRecord(String key, byte[] value) implements GossipInput {
    public PutRecord {
      checkKey(key);
      if (value.length > MAX_VALUE_BYTES) {
        throw new IllegalArgumentException(
            "the value of record '"
                + key
                + "' has "
                + value.length
                + " bytes; at most "
                + MAX_VALUE_BYTES);
      }
      value = value.clone();
    }
  }

  /** Delete one of this node's own records; nothing happens if there is none. */
  record RemoveRecord(String key) implements GossipInput {
    public RemoveRecord {
      checkKey(key);
    }
  }

  /** Replace this node's labels. */
  record SetLabels(SortedMap<String, String> labels) implements GossipInput {
    public SetLabels {
      if (labels.size() > MAX_LABELS) {
        throw new IllegalArgumentException(labels.size() + " labels; at most " + MAX_LABELS);
      }
      labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
  }

  /**
   * Fire a user's event, for all who are members now; {@link GossipEvent.Fired} or {@link
   * GossipEvent.NotFired} says what came of it.
   *
   * @param ticket by which the host knows it
   * @param name 1 to 128 bytes in UTF-8, no control characters; together with the payload at most
   *     512 bytes
   */
  record FireEvent(long ticket, String name, byte[] payload) implements GossipInput {
    public FireEvent {
      checkUserItem("event", name, payload, null);
      payload = payload.clone();
    }
  }

  /**
   * Ask all members, or some; {@link GossipEvent.QueryEnded} or {@link GossipEvent.NotFired} says
   * what came of it.
   *
   * @param ticket by which the host knows it
   * @param name as of an event; together with the payload and the filter at most 512 bytes (8 bytes
   *     a node, and 8 more a label)
   * @param timeoutMillis how long answers are waited for, at most {@link #MAX_QUERY_MILLIS}; 0: for
   *     as long as the size of the cluster takes
   */
  record Ask(long ticket, String name, byte[] payload, QueryFilter whom, long timeoutMillis)
      implements GossipInput {
    public Ask {
      if (timeoutMillis < 0 || timeoutMillis > MAX_QUERY_MILLIS) {
        throw new IllegalArgumentException(
            "a query waits 1 to "
                + MAX_QUERY_MILLIS
                + " ms, or 0 for as long as it takes, not "
                + timeoutMillis);
      }
      List<Long> marks = Collections.nCopies(whom.nodes().size(), 0L);
      checkUserItem("query", name, payload, new UserItem.Asking(1, marks, whom.labels()));
      payload = payload.clone();
    }
  }

  /**
   * What this member has to say to a query that it was told of by {@link GossipEvent.QuerySeen}: an
   * acknowledgement at most once, and after it, or alone, an answer or that there is none.
   */
  record Answer(Query query, Body.Reply.Kind kind, byte @Nullable [] answer)
      implements GossipInput {
    public Answer {
      if (answer != null && answer.length > Body.Reply.MAX_BYTES) {
        throw new IllegalArgumentException(
            "the answer to query '"
                + query.name()
                + "' has "
                + answer.length
                + " bytes; at most "
                + Body.Reply.MAX_BYTES);
      }
    }

    /** It has come, and may be answered. */
    public static Answer acknowledges(Query query) {
      return new Answer(query, Body.Reply.Kind.ACK, null);
    }

    /** The answer; null when there is none. */
    public static Answer of(Query query, byte @Nullable [] answer) {
      return new Answer(
          query,
          answer == null ? Body.Reply.Kind.NO_ANSWER : Body.Reply.Kind.ANSWER,
          answer == null ? null : answer.clone());
    }
  }

  /** This node is now reached at another address. */
  record AddressChanged(PeerAddress address) implements GossipInput {}

  private static void checkUserItem(
      String what, String name, byte[] payload, UserItem.@Nullable Asking asking) {
    if (!UserItem.isName(name)) {
      throw new IllegalArgumentException(
          "the name of "
              + (what.equals("event") ? "an event" : "a query")
              + " has 1 to "
              + UserItem.MAX_NAME_BYTES
              + " bytes and no control characters");
    }
    int bytes = UserItem.bytes(name, payload.length, asking);
    if (bytes > UserItem.MAX_BYTES) {
      throw new IllegalArgumentException(
          what
              + " '"
              + name
              + "' has "
              + bytes
              + " bytes of "
              + (asking == null ? "name and payload" : "name, payload and filter")
              + "; at most "
              + UserItem.MAX_BYTES
              + " are told on");
    }
  }

  private static void checkKey(String key) {
    int length = key.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_KEY_BYTES || key.charAt(0) == '@') {
      throw new IllegalArgumentException(
          "record key '"
              + key
              + "' must have 1.."
              + MAX_KEY_BYTES
              + " bytes and not begin with '@'");
    }
  }
}
