package io.weft.vxlan.ffi;

/** A privilege that the process lacks: which one, for what, and how to give it. */
public final class MissingCapabilityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String capability;

  /**
   * @param capability what is missing: {@code "CAP_NET_ADMIN"}, {@code "CAP_SYS_ADMIN"}, {@code
   *     "/dev/net/tun"}
   * @param doing what needed it, as in "cannot ...": {@code "create a network namespace"}
   * @param mend what to do about it, one sentence
   */
  public MissingCapabilityException(String capability, String doing, String mend, Throwable cause) {
    super("cannot " + doing + ": " + capability + " is missing; " + mend, cause);
    this.capability = capability;
  }

  public String capability() {
    return capability;
  }
}
