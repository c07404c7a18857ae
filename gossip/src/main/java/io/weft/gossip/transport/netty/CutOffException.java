package io.weft.gossip.transport.netty;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The link was lost before the answer came: what was asked may have been done. */
public final class CutOffException extends IOException {
  private static final long serialVersionUID = 1L;

  CutOffException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
