package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;

/**
 * How things stand with a peer.
 *
 * @param peer the peer
 * @param linked whether there is a link to it
 * @param spiIn of the newest inbound association that the peer is known to use; 0 for none
 * @param spiOut of the outbound association; 0 for none
 * @param exchanging whether an exchange is under way
 * @param keyedAtNanos when the outbound association came into use, on the core's clock; meaningless
 *     when spiOut is 0
 * @param packets sent under it
 * @param bytes sent under it
 * @param malformed messages of the peer that were dropped because they made no sense
 */
public record TunnelKeyStatus(
    NodeId peer,
    boolean linked,
    int spiIn,
    int spiOut,
    boolean exchanging,
    long keyedAtNanos,
    long packets,
    long bytes,
    long malformed) {}
