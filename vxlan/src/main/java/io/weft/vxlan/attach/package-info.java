/** Wiring of endpoints: veth pairs between a network namespace and a network's bridge. */
@NullMarked
package io.weft.vxlan.attach;

import org.jspecify.annotations.NullMarked;
