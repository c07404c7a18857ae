package io.weft.gossip;

import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a query.
 *
 * @param ltime Lamport time of the query
 * @param responses who said that it has come, in the order in which that came
 * @param missing members that were there and asked, and said nothing in time, by identity
 * @param leftOut answers that were not kept, because there were too many bytes of them already
 */
public record QueryResult(long ltime, List<Response> responses, List<Member> missing, int leftOut) {
  public QueryResult {
    responses = List.copyOf(responses);
    missing = List.copyOf(missing);
  }

  /**
   * What one member said.
   *
   * @param answer null when it has said only that the query has come
   * @param millis from the question to this
   */
  @SuppressWarnings("ArrayRecordComponent") // in passing: never compared
  public record Response(NodeId id, String name, byte @Nullable [] answer, long millis) {}

  /** How many have answered. */
  public long answers() {
    return responses.stream().filter(r -> r.answer() != null).count();
  }
}
