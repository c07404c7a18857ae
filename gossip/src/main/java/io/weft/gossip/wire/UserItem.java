package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event that a user fired, or a query, on its way to all.
 *
 * @param owner who fired it
 * @param generation the owner's when it fired
 * @param number counts what the owner has fired in its run: with the two before it, what this is
 *     known by
 * @param ltime what the owner's Lamport clock said
 * @param ageMillis how long ago it was fired, at least: what it took on the way does not count
 * @param asking whom it asks; null for an event
 */
public record UserItem(
    NodeId owner,
    long generation,
    long number,
    long ltime,
    long ageMillis,
    String name,
    ByteString payload,
    @Nullable Asking asking) {

  /** The longest name, in UTF-8 bytes. */
  public static final int MAX_NAME_BYTES = 128;

  /** Name, payload and whom it asks are at most so long together, as in serf. */
  public static final int MAX_BYTES = 512;

  /** What stands around a label's texts on the wire, at most (one label may have a byte more). */
  private static final int LABEL_FRAME_BYTES = 8;

  /** An item that is older than this is not told on any more, so none is older. */
  public static final long MAX_AGE_MILLIS = 86_400_000;

  /**
   * Whom a query asks, and how long it waits.
   *
   * @param nodes the marks of their ids (see {@link Body.Ping#mark}); empty: all
   * @param labels what they have to be labelled with
   */
  public record Asking(long timeoutMillis, List<Long> nodes, SortedMap<String, String> labels) {
    public Asking {
      nodes = List.copyOf(nodes);
      labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** Whether it is for a member. */
    public boolean meets(NodeId id, SortedMap<String, String> itsLabels) {
      return (nodes.isEmpty() || nodes.contains(Body.Ping.mark(id)))
          && itsLabels.entrySet().containsAll(labels.entrySet());
    }
  }

  /** The same, this much later. */
  public UserItem aged(long newAgeMillis) {
    return new UserItem(owner, generation, number, ltime, newAgeMillis, name, payload, asking);
  }

  /**
   * What counts against {@link #MAX_BYTES}: the bytes of name and payload, 8 a node, and of each
   * label its texts and 8 more, so that many short ones do not outgrow a message.
   */
  public static int bytes(String name, int payloadBytes, @Nullable Asking asking) {
    int sum = utf8(name) + payloadBytes;
    if (asking != null) {
      sum += Long.BYTES * asking.nodes().size();
      for (var label : asking.labels().entrySet()) {
        sum += LABEL_FRAME_BYTES + utf8(label.getKey()) + utf8(label.getValue());
      }
    }
    return sum;
  }

  /** A name has 1 to {@link #MAX_NAME_BYTES} bytes and no control characters. */
  public static boolean isName(String name) {
    int bytes = utf8(name);
    return bytes > 0
        && bytes <= MAX_NAME_BYTES
        && name.codePoints().noneMatch(Character::isISOControl);
  }

  private static int utf8(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }
}
