package io.weft.vxlan.driver;

/** A UDP port that the data plane needs belongs to somebody else on this host. */
public final class PortTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int port;
  private final String holder;

  /**
   * @param port the UDP port
   * @param holder who has it: {@code "VXLAN device flannel.1"}, {@code "UDP socket 0.0.0.0:7942"}
   * @param setting the setting that chooses another
   */
  public PortTakenException(int port, String holder, String setting) {
    super(
        "UDP port "
            + port
            + " is taken by "
            + holder
            + ": stop that, or choose another port for "
            + setting
            + " on every host");
    this.port = port;
    this.holder = holder;
  }

  public int port() {
    return port;
  }

  public String holder() {
    return holder;
  }
}
