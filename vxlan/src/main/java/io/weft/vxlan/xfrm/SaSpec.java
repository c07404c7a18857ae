package io.weft.vxlan.xfrm;

import io.weft.vxlan.desired.SecurityAssociation;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A security association to add: transport mode, AES-256-GCM with a 16-octet ICV, extended sequence
 * numbers, for UDP to one port between two hosts.
 *
 * @param source the sender's underlay address
 * @param destination the receiver's underlay address
 * @param udpPort destination port of what it protects: VXLAN's
 * @param keys SPI, key and salt
 * @param encapsulation ports when ESP travels in UDP; null for IP protocol 50
 */
public record SaSpec(
    InetAddress source,
    InetAddress destination,
    int udpPort,
    SecurityAssociation keys,
    @Nullable UdpEncapsulation encapsulation) {}
