/** IPsec in the kernel: security associations and policies for the VXLAN port, by netlink. */
@NullMarked
package io.weft.vxlan.xfrm;

import org.jspecify.annotations.NullMarked;
