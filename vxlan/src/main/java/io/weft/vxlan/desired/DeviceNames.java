package io.weft.vxlan.desired;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The names of Weft's devices. A device is Weft's when its name matches one of these patterns
 * exactly and it is of the right kind; nothing else is ever touched (INV-NET-3). All fit the
 * kernel's 15 characters (IFNAMSIZ less the end mark).
 */
public final class DeviceNames {

  /** Hexadecimal digits of an endpoint's id that go into its device's name. */
  public static final int ENDPOINT_DIGITS = 11;

  /** Octets of a device's name: IFNAMSIZ less the end mark. */
  public static final int MAX_LENGTH = 15;

  private static final String BRIDGE = "wfb";
  private static final String VXLAN = "wfx";
  private static final String PORT = "wfe";
  private static final Pattern CANONICAL_VNI = Pattern.compile("[1-9][0-9]{0,7}");

  private DeviceNames() {}

  /** {@code wfb<vni>}. */
  public static String bridge(int vni) {
    return BRIDGE + vni;
  }

  /** {@code wfx<vni>}. */
  public static String vxlan(int vni) {
    return VXLAN + vni;
  }

  /**
   * {@code wfe<first 11 hexadecimal digits>}.
   *
   * @throws IllegalArgumentException when the id is not at least 11 lower-case hexadecimal digits
   */
  public static String port(String endpointId) {
    if (endpointId.length() < ENDPOINT_DIGITS || !isHexFrom(0, endpointId)) {
      throw new IllegalArgumentException(
          "endpoint id '" + endpointId + "' must be at least 11 lower-case hexadecimal digits");
    }
    return PORT + endpointId.substring(0, ENDPOINT_DIGITS);
  }

  /** The VNI in a bridge's name; empty when it is not a bridge name of Weft's. */
  public static OptionalInt vniOfBridge(String name) {
    return vni(name, BRIDGE);
  }

  /** The VNI in a VXLAN device's name; empty when it is not one of Weft's. */
  public static OptionalInt vniOfVxlan(String name) {
    return vni(name, VXLAN);
  }

  /** Whether the name is one of the host side of an endpoint's veth pair. */
  public static boolean isPort(String name) {
    return name.length() == PORT.length() + ENDPOINT_DIGITS
        && name.startsWith(PORT)
        && isHexFrom(PORT.length(), name);
  }

  /** Without a pattern: asked of every port in every plan. */
  private static boolean isHexFrom(int begin, String text) {
    for (int i = begin; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Whether an interface may be called so (dev_valid_name() of the kernel, in ASCII). */
  public static boolean isInterfaceName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_LENGTH
        && name.chars().allMatch(c -> c > ' ' && c < 127 && c != '/' && c != ':')
        && !name.equals(".")
        && !name.equals("..");
  }

  private static OptionalInt vni(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      return OptionalInt.empty();
    }
    String digits = name.substring(prefix.length());
    // Only the spelling that Weft writes: wfb007 is somebody else's.
    if (!CANONICAL_VNI.matcher(digits).matches()) {
      return OptionalInt.empty();
    }
    int vni = Integer.parseInt(digits);
    return vni <= 0xff_ffff ? OptionalInt.of(vni) : OptionalInt.empty();
  }
}
