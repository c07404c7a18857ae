/**
 * Netlink (RFC 3549): the message codec and the sockets, through the foreign function interface.
 */
@NullMarked
package io.weft.vxlan.netlink;

import org.jspecify.annotations.NullMarked;
