package io.weft.vxlan.netlink;

import io.weft.vxlan.ffi.Errno;

/** The kernel refused a netlink request. */
public final class NetlinkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String explanation;

  /**
   * Makes one.
   *
   * @param errno positive error number
   * @param explanation the kernel's own words (NLMSGERR_ATTR_MSG); empty when it gave none
   */
  public NetlinkException(int errno, String explanation) {
    super(
        Errno.text(errno)
            + " ("
            + Errno.name(errno)
            + ")"
            + (explanation.isEmpty() ? "" : ": " + explanation));
    this.errno = errno;
    this.explanation = explanation;
  }

  /** Positive error number. */
  public int errno() {
    return errno;
  }

  /** The kernel's own words; empty when it gave none. */
  public String explanation() {
    return explanation;
  }
}
