/**
 * ESP packets (RFC 4303) with AES-256-GCM (RFC 4106) and extended sequence numbers: sealing,
 * opening and the replay window. Pure: no sockets, threads or clocks.
 */
@NullMarked
package io.weft.vxlan.esp;

import org.jspecify.annotations.NullMarked;
