package io.weft.node.testing;

import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What tests in network namespaces share. */
public final class Netns {
  private Netns() {}

  /** Skips with the reason, or fails where namespaces are required. */
  public static RuntimeException skipOrFail(RuntimeException reason) {
    String required = System.getenv("WEFT_REQUIRE");
    if (required != null && List.of(required.split(",", -1)).contains("netns")) {
      Assertions.fail("WEFT_REQUIRE names netns", reason);
    }
    Assumptions.abort(String.valueOf(reason.getMessage()));
    return reason;
  }

  /** How many echo requests have arrived (Icmp InEchos in /proc/net/snmp of that namespace). */
  public static long receivedEchoes(NetworkNamespace namespace) {
    return namespace.call(
        () -> {
          List<String> icmp =
              Files.readAllLines(Path.of("/proc/thread-self/net/snmp")).stream()
                  .filter(line -> line.startsWith("Icmp:"))
                  .toList();
          List<String> names = List.of(icmp.get(0).split(" ", -1));
          return Long.parseLong(icmp.get(1).split(" ", -1)[names.indexOf("InEchos")]);
        });
  }
}
