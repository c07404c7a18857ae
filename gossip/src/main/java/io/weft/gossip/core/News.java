package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told on: the newest item of each member, and for each owner from where on its
 * records are new. Each piece goes out a number of times that grows with the logarithm of the
 * cluster, the least told first, then is forgotten; periodic sync covers what was lost (SWIM,
 * section 4.1). At most one piece a member and one an owner, so the queue is bounded by the member
 * table.
 */
final class News {
  private static final class Piece {
    final NodeId subject;
    @Nullable MemberItem item;
    long base;
    int sent;
    long order;

    Piece(NodeId subject) {
      this.subject = subject;
    }
  }

  private static final Comparator<Piece> LEAST_TOLD =
      Comparator.<Piece>comparingInt(p -> p.sent).thenComparingLong(p -> p.order);

  private final GossipConfig config;
  private final RecordStore store;
  private final TreeMap<NodeId, Piece> members = new TreeMap<>();
  private final TreeMap<NodeId, Piece> owners = new TreeMap<>();
  private long nextOrder;

  News(GossipConfig config, RecordStore store) {
    this.config = config;
    this.store = store;
  }

  boolean isEmpty() {
    return members.isEmpty() && owners.isEmpty();
  }

  void member(MemberItem item) {
    Piece piece = new Piece(item.id());
    piece.item = item;
    piece.order = nextOrder++;
    members.put(item.id(), piece);
  }

  /** The owner's records after {@code base} are new. */
  void records(NodeId owner, long base) {
    Piece before = owners.get(owner);
    Piece piece = new Piece(owner);
    piece.base = before == null ? base : Math.min(base, before.base);
    piece.order = nextOrder++;
    owners.put(owner, piece);
  }

  void forget(NodeId subject) {
    members.remove(subject);
    owners.remove(subject);
  }

  /** The owner's history begins anew. */
  void forgetRecords(NodeId owner) {
    owners.remove(owner);
  }

  /** Adds what fits to a message for this receiver (null: unknown). */
  void fill(Draft draft, @Nullable NodeId receiver, int clusterSize) {
    int limit = transmissions(clusterSize);
    if (receiver != null && clusterSize <= 2) {
      forget(receiver); // nobody is left to be told of the receiver
    }
    for (Piece piece : sorted(members)) {
      MemberItem item = piece.item;
      if (piece.subject.equals(receiver) || item == null || draft.names(piece.subject)) {
        continue;
      }
      if (draft.add(item) && ++piece.sent >= limit) {
        members.remove(piece.subject);
      }
    }
    for (Piece piece : sorted(owners)) {
      OwnerRecords records = store.get(piece.subject);
      if (records == null || records.head() <= piece.base) {
        owners.remove(piece.subject);
      } else if (!piece.subject.equals(receiver)) {
        OwnerDelta delta = records.delta(piece.base, Long.MAX_VALUE, draft.leftBytes());
        if (delta != null && draft.add(delta) && ++piece.sent >= limit) {
          owners.remove(piece.subject);
        }
      }
    }
  }

  private static List<Piece> sorted(Map<NodeId, Piece> pieces) {
    List<Piece> list = new ArrayList<>(pieces.values());
    list.sort(LEAST_TOLD);
    return list;
  }

  private int transmissions(int clusterSize) {
    return config.retransmitMultiplier() * (int) Math.ceil(Math.log10(clusterSize + 1.0));
  }
}
