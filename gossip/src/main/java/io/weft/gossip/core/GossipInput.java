package io.weft.gossip.core;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

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

  /** This node is now reached at another address. */
  record AddressChanged(PeerAddress address) implements GossipInput {}

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
