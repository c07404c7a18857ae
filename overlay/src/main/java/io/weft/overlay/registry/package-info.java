/** The cluster's agreed state: a deterministic machine over the commands of the Raft log. */
@NullMarked
package io.weft.overlay.registry;

import org.jspecify.annotations.NullMarked;
