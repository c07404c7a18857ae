package io.weft.node.api.view;

/**
 * One voter of the registry.
 *
 * @param role "leader", "follower" or "unknown"
 * @param matchIndex the log index known to be replicated there, -1 where only the leader knows
 * @param reachable whether gossip holds it alive
 */
public record VoterView(String id, String role, long matchIndex, boolean reachable) {}
