/** Fakes of the ports, for tests of this and other modules and for the simulator. */
@NullMarked
package io.weft.gossip.testing;

import org.jspecify.annotations.NullMarked;
