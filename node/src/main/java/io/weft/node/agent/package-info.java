/**
 * The agent process: a thin shell of sockets, threads, clocks and files around {@link
 * io.weft.overlay.agent.HostCore}, which makes all decisions.
 */
@NullMarked
package io.weft.node.agent;

import org.jspecify.annotations.NullMarked;
