package io.weft.gossip;

import io.weft.security.identity.NodeId;

/**
 * A question that somebody asks of this member.
 *
 * @param from who asks
 * @param fromName that member's name
 * @param generation the asker's, and
 * @param number which of its questions it is: by these the answer finds its question
 * @param ltime Lamport time, as of a {@link UserEvent}
 * @param name what is asked
 * @param payload what goes with it
 * @param timeoutMillis how long the asker waits in all
 */
@SuppressWarnings("ArrayRecordComponent") // in passing: never compared
public record Query(
    NodeId from,
    String fromName,
    long generation,
    long number,
    long ltime,
    String name,
    byte[] payload,
    long timeoutMillis) {}
