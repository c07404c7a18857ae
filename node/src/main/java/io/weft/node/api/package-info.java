/** The agent's API: the service behind it, the server on a Unix socket, and the client. */
@NullMarked
package io.weft.node.api;

import org.jspecify.annotations.NullMarked;
