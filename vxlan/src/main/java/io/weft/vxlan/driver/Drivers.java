package io.weft.vxlan.driver;

import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.kernel.KernelException;

/** Opens the driver that the probe chose. */
final class Drivers {
  private Drivers() {}

  static DataPlane open(DataPlaneConfig config) {
    try {
      DriverProbe.Result chosen = DriverProbe.choose(config);
      return switch (chosen.kind()) {
        case KERNEL -> KernelDataPlane.open(config, chosen.why());
        case USER -> UserDataPlane.open(config, chosen.why());
        case CLEAR -> ClearDataPlane.open(config, chosen.why());
      };
    } catch (KernelException e) {
      if (e.kind() == KernelException.Kind.NOT_PERMITTED) {
        throw notPermitted(e);
      }
      throw e;
    } catch (LibcException e) {
      if (e.notPermitted()) {
        throw notPermitted(e);
      }
      throw e;
    }
  }

  private static MissingCapabilityException notPermitted(RuntimeException cause) {
    return new MissingCapabilityException(
        "CAP_NET_ADMIN",
        "set up the data plane",
        "run as root, or as an ordinary user inside 'unshare -Urnm', or give the service this"
            + " capability",
        cause);
  }
}
