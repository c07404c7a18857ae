package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of news, at most one a subject, handed out the least told first and among those the one
 * that waits longest. A queue for each number of times told; a piece that was replaced stays where
 * it is and is dropped when its turn comes.
 */
final class NewsQueue<T> {
  /** What became of a piece that was offered. */
  enum Answer {
    /** It was told once more. */
    TOLD,
    /** Not to this receiver. */
    LATER,
    /** It does not fit; after {@link #MISFITS} of them no other is tried. */
    NO_ROOM,
    /** It is news no more. */
    OLD
  }

  /** Behind a large piece a small one may fit, but not behind many. */
  private static final int MISFITS = 4;

  /** Replaced pieces are swept out when there are so many more of them than of others. */
  private static final int MAX_REPLACED = 64;

  private static final class Piece<T> {
    final NodeId subject;
    final T content;
    int timesTold;
    boolean replaced;

    Piece(NodeId subject, T content) {
      this.subject = subject;
      this.content = content;
    }
  }

  private final IdTable<Piece<T>> newest = new IdTable<>();
  private final List<ArrayDeque<Piece<T>>> byTimesTold = new ArrayList<>();
  private int queued;

  /** Kept, as it is asked with each message. */
  private boolean empty = true;

  boolean isEmpty() {
    return empty;
  }

  @Nullable T get(NodeId subject) {
    Piece<T> piece = newest.get(subject);
    return piece == null ? null : piece.content;
  }

  /** How often the newest piece of a subject was told. */
  int timesTold(NodeId subject) {
    Piece<T> piece = newest.get(subject);
    return piece == null ? 0 : piece.timesTold;
  }

  /** A new piece, not told yet; what there was of the subject is dropped. */
  void put(NodeId subject, T content) {
    remove(subject);
    Piece<T> piece = new Piece<>(subject, content);
    newest.put(subject, piece);
    empty = false;
    queue(0).addLast(piece);
    queued++;
    if (queued > 2 * newest.size() + MAX_REPLACED) {
      queued = 0;
      for (ArrayDeque<Piece<T>> queue : byTimesTold) {
        queue.removeIf(p -> p.replaced);
        queued += queue.size();
      }
    }
  }

  void remove(NodeId subject) {
    Piece<T> piece = newest.remove(subject);
    empty = newest.isEmpty();
    if (piece != null) {
      piece.replaced = true;
    }
  }

  /** Offers pieces in turn until there is no more room; one told so many times is forgotten. */
  void offer(int limit, BiFunction<NodeId, T, Answer> receiver) {
    if (empty) {
      return;
    }
    List<Piece<T>> told = new ArrayList<>();
    List<Piece<T>> later = new ArrayList<>();
    int misfits = 0;
    for (int times = 0; times < byTimesTold.size() && misfits < MISFITS; times++) {
      ArrayDeque<Piece<T>> queue = byTimesTold.get(times);
      while (!queue.isEmpty() && misfits < MISFITS) {
        Piece<T> piece = queue.removeFirst();
        if (piece.replaced) {
          queued--;
          continue;
        }
        switch (receiver.apply(piece.subject, piece.content)) {
          case TOLD -> told.add(piece);
          case OLD -> drop(piece);
          case LATER -> later.add(piece);
          case NO_ROOM -> {
            later.add(piece);
            misfits++;
          }
        }
      }
      for (int i = later.size() - 1; i >= 0; i--) {
        queue.addFirst(later.get(i));
      }
      later.clear();
    }
    for (Piece<T> piece : told) {
      if (++piece.timesTold < limit) {
        queue(piece.timesTold).addLast(piece);
      } else {
        drop(piece);
      }
    }
  }

  private void drop(Piece<T> piece) {
    newest.remove(piece.subject);
    empty = newest.isEmpty();
    queued--;
  }

  private ArrayDeque<Piece<T>> queue(int timesTold) {
    while (byTimesTold.size() <= timesTold) {
      byTimesTold.add(new ArrayDeque<>());
    }
    return byTimesTold.get(timesTold);
  }
}
