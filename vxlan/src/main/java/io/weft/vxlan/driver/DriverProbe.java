package io.weft.vxlan.driver;

import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.xfrm.LinuxXfrm;
import io.weft.vxlan.xfrm.Xfrm;
import io.weft.vxlan.xfrm.XfrmProbe;

/**
 * Which driver this host can run. Kernel ESP is found out by adding an XFRM state and deleting it
 * again: a policy would be accepted by a kernel that then swallows everything.
 */
public final class DriverProbe {
  /**
   * The choice.
   *
   * @param kind the driver to open
   * @param why one line for people
   */
  public record Result(DriverKind kind, String why) {}

  private DriverProbe() {}

  /**
   * Probes the calling thread's network namespace; changes nothing.
   *
   * @throws DriverUnavailableException when {@code kernel} was asked for and is not there
   */
  public static Result choose(DataPlaneConfig config) {
    return switch (config.driver()) {
      case CLEAR -> new Result(DriverKind.CLEAR, "clear was asked for: NO ENCRYPTION");
      case USER -> new Result(DriverKind.USER, "user was asked for");
      case KERNEL -> {
        XfrmProbe.Result found = probe(config);
        if (!found.usable()) {
          throw new DriverUnavailableException(
              "the driver 'kernel' cannot be had here: "
                  + found.reason()
                  + "; take 'auto' or 'user'");
        }
        yield new Result(DriverKind.KERNEL, "kernel was asked for: " + found.reason());
      }
      case AUTO -> {
        XfrmProbe.Result found = probe(config);
        yield found.usable()
            ? new Result(DriverKind.KERNEL, found.reason())
            : new Result(DriverKind.USER, "no kernel ESP: " + found.reason());
      }
    };
  }

  private static XfrmProbe.Result probe(DataPlaneConfig config) {
    try (Xfrm xfrm = LinuxXfrm.open()) {
      return XfrmProbe.probe(xfrm, config.vxlanPort());
    } catch (KernelException e) {
      if (e.kind() == KernelException.Kind.NOT_PERMITTED) {
        throw e;
      }
      // No XFRM at all in this kernel.
      return new XfrmProbe.Result(false, String.valueOf(e.getMessage()));
    }
  }
}
