/** The port to the kernel's network configuration, and its adapter over netlink. */
@NullMarked
package io.weft.vxlan.kernel;

import org.jspecify.annotations.NullMarked;
