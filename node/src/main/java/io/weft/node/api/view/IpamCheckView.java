package io.weft.node.api.view;

import java.util.List;

/**
 * How it stands with the addresses, as this node sees it.
 *
 * @param registryIndex the last entry of the registry's log that is known here
 * @param registryInReach whether the registry can be written from here; if not, it may have changed
 *     since, and hosts that count as absent may only be cut off from this one
 * @param networks a row for each subnet, ordered by network's name, IPv4 first
 * @param findings what does not fit, the worst first
 */
public record IpamCheckView(
    long registryIndex,
    boolean registryInReach,
    List<SubnetUseView> networks,
    List<IpamFindingView> findings) {}
