package io.weft.vxlan.kernel;

import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Namespaces of tests: held by descriptors only, so that they vanish whatever happens. */
public final class Namespaces {

  private Namespaces() {}

  /** A new namespace; skips the test where it is not allowed, or fails under WEFT_REQUIRE=netns. */
  public static NetworkNamespace create() {
    try {
      return NetworkNamespace.createPrivate();
    } catch (MissingCapabilityException e) {
      if (System.getenv().getOrDefault("WEFT_REQUIRE", "").contains("netns")) {
        throw e;
      }
      return Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }

  /** A path by which others can open it. */
  public static Path path(NetworkNamespace namespace) {
    return Path.of("/proc/self/fd/" + namespace.fd());
  }
}
