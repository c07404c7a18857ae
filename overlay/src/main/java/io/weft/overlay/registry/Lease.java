package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.security.identity.NodeId;

/**
 * A block of one network in the hand of one host, or resting after it.
 *
 * @param networkName the name that the network has, or had when it was removed
 * @param fence rises with every lease given; a higher one always wins over a lower one
 * @param reusableAtMillis the log's time from which another host may get it; 0 while it is leased
 */
public record Lease(
    String networkId,
    String networkName,
    AddressBlock block,
    NodeId holder,
    long fence,
    LeaseState state,
    long reusableAtMillis) {}
