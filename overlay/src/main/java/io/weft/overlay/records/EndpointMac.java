package io.weft.overlay.records;

import io.weft.vxlan.desired.MacAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The MAC address of an endpoint, made from its id: no table, and the same after a restart. */
public final class EndpointMac {
  private static final int LOCALLY_ADMINISTERED = 0x02;
  private static final int GROUP = 0x01;

  private EndpointMac() {}

  /** A locally administered unicast address (IEEE 802, section 8.2). */
  public static MacAddress of(String endpointId) {
    byte[] hash;
    try {
      hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("weft endpoint mac " + endpointId).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    byte[] octets = Arrays.copyOf(hash, MacAddress.BYTES);
    octets[0] = (byte) ((octets[0] | LOCALLY_ADMINISTERED) & ~GROUP);
    return MacAddress.of(octets);
  }
}
