package io.weft.node.api.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry and its voters.
 *
 * @param leader the identity of the leader, null when none is known
 */
public record VotersView(List<VoterView> voters, long term, @Nullable String leader) {}
