package io.weft.vxlan.driver;

/** This host cannot run the driver that was asked for; the message says why and what would do. */
public final class DriverUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DriverUnavailableException(String message) {
    super(message);
  }

  public DriverUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
