package io.weft.node.api.view;

import org.jspecify.annotations.Nullable;

/**
 * The encrypted tunnel to one peer.
 *
 * @param driver "kernel", "user" or "clear"
 * @param state "up", "connecting" or "down"
 * @param mtu bytes an overlay packet may have on this path
 * @param spiIn the SPI we receive on, 0 when none
 * @param spiOut the SPI we send with, 0 when none
 * @param rekeyedAt when the keys were last changed (ISO 8601), null before the first exchange
 * @param replayDrops packets dropped as replayed
 * @param authDrops packets dropped as forged or broken
 */
public record TunnelView(
    String peer,
    String address,
    String driver,
    String state,
    int mtu,
    long spiIn,
    long spiOut,
    @Nullable String rekeyedAt,
    long txPackets,
    long rxPackets,
    long txBytes,
    long rxBytes,
    long replayDrops,
    long authDrops,
    @Nullable String lastError) {}
