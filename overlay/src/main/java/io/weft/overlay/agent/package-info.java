/**
 * One host's control plane: the pure composition of the cores of gossip, links, tunnel keys,
 * registry and planner. {@code node} runs it on real sockets and clocks, {@code simulator} in
 * virtual time; both run the same code.
 */
@NullMarked
package io.weft.overlay.agent;

import org.jspecify.annotations.NullMarked;
