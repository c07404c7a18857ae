package io.weft.node.api.view;

/** What a leave answers once the peers were told and the blocks released. */
public record LeftView(String node, String state, boolean purged) {}
