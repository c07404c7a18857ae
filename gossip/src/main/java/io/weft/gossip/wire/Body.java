package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message is for; news ride along in the {@link Envelope}. */
public sealed interface Body {

  /**
   * Are you there?
   *
   * @param target the beginning of the id of who is asked, see {@link #mark}; 0 asks whoever is at
   *     the address
   */
  record Ping(long sequence, long target) implements Body {
    /** Asks this one, or whoever is there. */
    public static Ping to(@Nullable NodeId target, long sequence) {
      return new Ping(sequence, target == null ? 0 : mark(target));
    }

    /** Enough of an id to know that one is not meant. */
    public static long mark(NodeId id) {
      return id.prefix();
    }
  }

  /**
   * I am, or the one you asked me to ping is.
   *
   * @param coordinate where the sender is among the others, see {@link
   *     io.weft.gossip.coordinate.Coordinate}: as it came, or empty when it is not told
   */
  record Ack(long sequence, ByteString coordinate) implements Body {
    /** One that does not tell where its sender is. */
    public Ack(long sequence) {
      this(sequence, ByteString.EMPTY);
    }
  }

  /** I am, but the one you asked me to ping has not answered yet (Lifeguard, section IV-A). */
  record Nack(long sequence) implements Body {}

  /** Ping this one for me. */
  record PingRequest(long sequence, NodeId target, PeerAddress address) implements Body {}

  /** Only news. */
  record News() implements Body {}

  /**
   * This is how far I am.
   *
   * @param complete whether all that I know in these buckets is named
   * @param buckets what it is about: a bit for each bucket of a {@link Summary}
   */
  record Digest(List<OwnerDigest> owners, boolean complete, long buckets) implements Body {
    /** It is about every bucket. */
    public static final long ALL = -1L;

    public Digest {
      owners = List.copyOf(owners);
    }
  }

  /**
   * All that I know in a few numbers, by bucket: whoever has others should tell how far he is with
   * those buckets.
   *
   * @param sums {@link #BUCKETS}, or one: the sum of them all
   */
  record Summary(List<Long> sums) implements Body {
    /** Into so many buckets members fall, by their identity. */
    public static final int BUCKETS = 64;

    public Summary {
      sums = List.copyOf(sums);
    }
  }

  /**
   * What comes of a query, to who asked.
   *
   * @param generation of the asker, as its query has it
   * @param number of the query
   * @param answer empty but in an {@link Kind#ANSWER}
   */
  record Reply(long generation, long number, Kind kind, ByteString answer) implements Body {
    /** The longest answer, in bytes. */
    public static final int MAX_BYTES = 1_024;

    /** What is said with it. */
    public enum Kind {
      /** The query has come, and may be answered later. */
      ACK,
      /** The query has come, and no answer will. */
      NO_ANSWER,
      /** The answer. */
      ANSWER
    }
  }

  /**
   * Recent events and queries, by their numbers.
   *
   * @param wanted whether the sender wants them; else it holds them
   * @param ltime what the sender's Lamport clock says
   */
  record Holdings(List<Held> held, boolean wanted, long ltime) implements Body {
    /** The most numbers in one message. */
    public static final int MAX_NUMBERS = 4_096;

    public Holdings {
      held = List.copyOf(held);
    }

    /**
     * Some of what one owner fired.
     *
     * @param owner the mark of its id, see {@link Ping#mark}
     */
    public record Held(long owner, long generation, List<Long> numbers) {
      public Held {
        numbers = List.copyOf(numbers);
      }
    }
  }

  /**
   * The deltas of the envelope answer a digest; of {@code wants} I want more, counted from what I
   * hold now.
   */
  record Delta(List<OwnerDigest> wants) implements Body {
    public Delta {
      wants = List.copyOf(wants);
    }
  }
}
