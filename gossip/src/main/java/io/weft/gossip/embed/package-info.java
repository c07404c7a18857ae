/**
 * Membership for an application: {@link io.weft.gossip.embed.Membership} joins a cluster over real
 * sockets, shows who is there, tells what changes, and spreads this member's own records.
 */
@NullMarked
package io.weft.gossip.embed;

import org.jspecify.annotations.NullMarked;
