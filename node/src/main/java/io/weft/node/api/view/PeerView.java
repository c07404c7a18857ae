package io.weft.node.api.view;

import org.jspecify.annotations.Nullable;

/**
 * The paths to one peer.
 *
 * @param udp "up" or "down": whether datagrams are answered
 * @param tcp "up", "connecting" or "down": the TLS link
 * @param rttMillis the last measured round trip, -1 when none is known
 * @param backoffUntil the instant (ISO 8601) of the next attempt while the link is down, else null
 */
public record PeerView(
    String id,
    String address,
    String udp,
    String tcp,
    double rttMillis,
    @Nullable String backoffUntil,
    @Nullable String lastError) {}
