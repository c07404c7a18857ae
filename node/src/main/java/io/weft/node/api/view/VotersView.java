package io.weft.node.api.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry and its voters.
 *
 * @param term the term, null where this node is no voter and takes no part in it
 * @param leader the identity of the leader, null when none is known
 */
public record VotersView(List<VoterView> voters, @Nullable Long term, @Nullable String leader) {}
