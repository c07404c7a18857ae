package io.weft.node.api.view;

import java.util.List;

/** All leases, ordered by network, then block. */
public record LeasesView(List<LeaseView> leases) {}
