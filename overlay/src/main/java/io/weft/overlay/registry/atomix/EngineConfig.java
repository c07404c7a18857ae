package io.weft.overlay.registry.atomix;

import io.weft.security.identity.NodeId;
import java.nio.file.Path;

/**
 * How an engine runs.
 *
 * @param directory holds the log, the snapshots, term and vote; nobody else may use it
 * @param self this node
 * @param electionTimeoutMillis a follower that hears no leader for one to two of these asks for
 *     votes
 * @param heartbeatMillis how often a leader is heard, at most a third of the election timeout
 * @param submitTimeoutMillis after this a command that is not committed fails
 * @param membershipTimeoutMillis after this a join, leave or removal that is not committed fails
 * @param segmentBytes the length of one file of the log; compaction removes whole files
 */
public record EngineConfig(
    Path directory,
    NodeId self,
    long electionTimeoutMillis,
    long heartbeatMillis,
    long submitTimeoutMillis,
    long membershipTimeoutMillis,
    int segmentBytes) {

  /** The shortest segment: it must hold several of the longest commands. */
  public static final int MIN_SEGMENT_BYTES = 1 << 20;

  /** Refuses what cannot work. */
  public EngineConfig {
    require(electionTimeoutMillis >= 50, "electionTimeoutMillis is at least 50");
    require(
        heartbeatMillis >= 10 && heartbeatMillis * 3 <= electionTimeoutMillis,
        "heartbeatMillis is between 10 and a third of electionTimeoutMillis");
    require(submitTimeoutMillis >= 100, "submitTimeoutMillis is at least 100");
    require(membershipTimeoutMillis >= 100, "membershipTimeoutMillis is at least 100");
    require(segmentBytes >= MIN_SEGMENT_BYTES, "segmentBytes is at least " + MIN_SEGMENT_BYTES);
  }

  /** A 1 s election timeout, heartbeats every 250 ms, 5 s for a command. */
  public static EngineConfig defaults(Path directory, NodeId self) {
    return new EngineConfig(directory, self, 1_000, 250, 5_000, 30_000, 4 << 20);
  }

  /**
   * How long one message may go unanswered: short of an election timeout, so that one lost
   * heartbeat is repeated before a follower misses it.
   */
  long requestTimeoutMillis() {
    return electionTimeoutMillis / 2;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
