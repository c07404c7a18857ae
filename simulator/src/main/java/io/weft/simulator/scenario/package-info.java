/** Scenarios as data: what hosts there are, what happens to them, and what must hold. */
@NullMarked
package io.weft.simulator.scenario;

import org.jspecify.annotations.NullMarked;
