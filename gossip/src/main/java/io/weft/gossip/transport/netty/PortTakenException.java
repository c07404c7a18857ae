package io.weft.gossip.transport.netty;

import org.jspecify.annotations.Nullable;

/** The transport cannot listen where it should; the message is one line for the operator. */
public final class PortTakenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PortTakenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
