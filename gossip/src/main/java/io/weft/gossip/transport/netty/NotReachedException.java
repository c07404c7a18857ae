package io.weft.gossip.transport.netty;

import java.io.IOException;

/** Nobody answered: what was to be said was not said, or not heard. */
public final class NotReachedException extends IOException {
  private static final long serialVersionUID = 1L;

  NotReachedException(String message, Throwable cause) {
    super(message, cause);
  }
}
