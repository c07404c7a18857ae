/** {@code weft sim}: runs, sweeps, replays, shrinks and compares scenarios. */
@NullMarked
package io.weft.simulator.cli;

import org.jspecify.annotations.NullMarked;
