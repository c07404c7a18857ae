package io.weft.vxlan.xfrm;

/** Which packets a policy is about (XFRM_POLICY_IN, XFRM_POLICY_OUT). */
public enum Direction {
  /** Those that arrive for this host. */
  IN(0),
  /** Those that this host sends. */
  OUT(1);

  private final int code;

  Direction(int code) {
    this.code = code;
  }

  /** The kernel's number. */
  int code() {
    return code;
  }

  /** The direction with the kernel's number, which is 0 or 1. */
  static Direction of(int code) {
    return code == IN.code ? IN : OUT;
  }
}
