package io.weft.vxlan.xfrm;

/**
 * Ports of ESP in UDP (RFC 3948).
 *
 * @param sourcePort of the packets that the association is about
 * @param destinationPort of the packets that the association is about
 */
public record UdpEncapsulation(int sourcePort, int destinationPort) {}
