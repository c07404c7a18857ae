package io.weft.vxlan.driver;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One peer's tunnel as it is now. Counters begin at zero when the tunnel is first set up and run on
 * through rekeying.
 *
 * @param peer the peer's underlay address
 * @param driver how frames travel
 * @param state whether they can
 * @param mtu greatest inner IP packet in bytes
 * @param spiIn newest inbound SPI as an unsigned number; 0 = none
 * @param spiOut outbound SPI as an unsigned number; 0 = none
 * @param txPackets ESP packets sent
 * @param rxPackets ESP packets accepted
 * @param txBytes their ESP bytes, without the underlay's IP and UDP headers
 * @param rxBytes the same, received
 * @param replayDrops packets dropped because they had been seen, or were older than the window
 * @param authDrops packets dropped because they did not authenticate
 * @param lastError what went wrong last, for people; null when nothing did
 */
public record TunnelStats(
    InetAddress peer,
    DriverKind driver,
    TunnelState state,
    int mtu,
    long spiIn,
    long spiOut,
    long txPackets,
    long rxPackets,
    long txBytes,
    long rxBytes,
    long replayDrops,
    long authDrops,
    @Nullable String lastError) {}
