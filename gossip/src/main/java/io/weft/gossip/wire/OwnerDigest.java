package io.weft.gossip.wire;

import io.weft.security.identity.NodeId;

/**
 * How far somebody is with one owner's records.
 *
 * @param head the highest version that is held, with all before it; 0 for none
 * @param gcVersion tombstones up to this version are not held any more
 * @param content a sum over what lives up to the head: two that hold the same have the same; 0 if
 *     it is not said
 */
public record OwnerDigest(NodeId owner, long generation, long head, long gcVersion, long content) {}
