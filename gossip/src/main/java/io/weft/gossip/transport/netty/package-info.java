/** The transport on real sockets: UDP, and TLS over TCP, on one port. */
@NullMarked
package io.weft.gossip.transport.netty;

import org.jspecify.annotations.NullMarked;
