/**
 * The C library through the foreign function interface: the system calls the data plane needs, each
 * with its errno. Nothing here knows of tunnels, netlink messages or packets.
 */
@NullMarked
package io.weft.vxlan.ffi;

import org.jspecify.annotations.NullMarked;
