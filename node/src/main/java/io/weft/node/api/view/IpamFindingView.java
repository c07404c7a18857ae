package io.weft.node.api.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something about addresses that does not fit.
 *
 * @param kind "conflict", "stray", "no-network", "orphan", "leak" or "full"
 * @param network the name of the network; the identity of one that is no more
 * @param block CIDR, null when it is about no block
 * @param address null when it is about no single address
 * @param hosts the identities of the hosts that are concerned
 * @param wrong what is wrong, one line
 * @param mend what can be done, or happens by itself, one line
 */
public record IpamFindingView(
    String kind,
    String network,
    @Nullable String block,
    @Nullable String address,
    List<String> hosts,
    String wrong,
    String mend) {}
