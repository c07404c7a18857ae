/**
 * Histories: what was asked and what came back, in order of time, one JSON object a line.
 *
 * <p>The simulator and the chaos suite write the same format, so that one set of checkers judges
 * both, and an independent checker can read them.
 */
@NullMarked
package io.weft.simulator.history;

import org.jspecify.annotations.NullMarked;
