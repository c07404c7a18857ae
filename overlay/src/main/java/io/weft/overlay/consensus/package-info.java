/**
 * The port to the consistent half of Weft: a replicated log of commands and the state machine
 * behind it. Nothing here names the engine that does the work, so that another could stand behind
 * it.
 */
@NullMarked
package io.weft.overlay.consensus;

import org.jspecify.annotations.NullMarked;
