/** Fakes of this module's ports, for tests here, in other modules and in the simulator. */
@NullMarked
package io.weft.vxlan.testing;

import org.jspecify.annotations.NullMarked;
