package io.weft.vxlan.driver;

/** How overlay frames travel between this host and its peers. */
public enum DriverKind {
  /** ESP by the kernel's XFRM. */
  KERNEL,
  /** ESP in UDP by this process. */
  USER,
  /** VXLAN in clear. */
  CLEAR;

  /** As in JSON and on the command line: {@code kernel}, {@code user}, {@code clear}. */
  public String label() {
    return switch (this) {
      case KERNEL -> "kernel";
      case USER -> "user";
      case CLEAR -> "clear";
    };
  }
}
