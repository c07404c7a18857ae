package io.weft.node.api.view;

import java.util.List;

/** All endpoints, ordered by network, then address. */
public record EndpointsView(List<EndpointView> endpoints) {}
