/** The port through which bytes leave and arrive: datagrams and links. */
@NullMarked
package io.weft.gossip.transport;

import org.jspecify.annotations.NullMarked;
