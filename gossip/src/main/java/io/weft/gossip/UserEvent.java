package io.weft.gossip;

import io.weft.security.identity.NodeId;

/**
 * An event that a user fired at some member, as it has come here.
 *
 * @param from the member where it was fired
 * @param fromName that member's name
 * @param ltime Lamport time: an event that was fired where this one had been seen has a higher one.
 *     Ordered by this, then by {@code from}, events stand in the same order at all members; they
 *     are told as they come, mostly in that order
 * @param name what kind of event it is; 1 to 128 bytes in UTF-8, no control characters
 * @param payload what goes with it; a copy for each listener is not made, so leave it as it is
 */
@SuppressWarnings("ArrayRecordComponent") // in passing: never compared
public record UserEvent(NodeId from, String fromName, long ltime, String name, byte[] payload) {}
