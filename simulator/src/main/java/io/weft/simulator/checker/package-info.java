/**
 * Checkers: pure functions from a history to a verdict, shared by the simulator and the chaos
 * suite.
 */
@NullMarked
package io.weft.simulator.checker;

import org.jspecify.annotations.NullMarked;
