package io.weft.overlay.agent;

import java.net.InetAddress;

/**
 * The address that was last given to an endpoint in a network, one for each family. The next is
 * looked for behind it, so that an address that was given back rests as long as can be.
 */
public record LastGiven(String networkId, InetAddress address) {}
