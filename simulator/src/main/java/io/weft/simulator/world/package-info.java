/** Virtual time: an ordered heap of events, random streams by name, and a hash of all that ran. */
@NullMarked
package io.weft.simulator.world;

import org.jspecify.annotations.NullMarked;
