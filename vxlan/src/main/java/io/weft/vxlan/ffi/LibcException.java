package io.weft.vxlan.ffi;

/** A system call that failed: which one, with what error number and its text. */
public final class LibcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * @param call what was called, and on what if that helps ({@code "open /dev/net/tun"})
   * @param errno positive error number
   */
  public LibcException(String call, int errno) {
    super(call + ": " + Errno.text(errno) + " (" + Errno.name(errno) + ")");
    this.call = call;
    this.errno = errno;
  }

  public String call() {
    return call;
  }

  public int errno() {
    return errno;
  }

  /** Whether the kernel refused for want of a privilege (EPERM or EACCES). */
  public boolean notPermitted() {
    return errno == Errno.EPERM || errno == Errno.EACCES;
  }
}
