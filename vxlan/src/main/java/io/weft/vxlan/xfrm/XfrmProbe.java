package io.weft.vxlan.xfrm;

import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.kernel.KernelException;
import java.net.InetAddress;

/**
 * Whether this kernel can encrypt. Found out by adding an association and deleting it: a policy
 * would be accepted also by a kernel without ESP, and then swallow all frames.
 */
public final class XfrmProbe {

  /** Reserved for documentation (RFC 5737), so that no packet ever has it. */
  private static final String NOWHERE = "192.0.2.1";

  private static final int PROBE_SPI = 0x57656674;

  /**
   * What was found.
   *
   * @param usable whether ESP with AES-256-GCM and ESN is there
   * @param reason one line
   */
  public record Result(boolean usable, String reason) {}

  private XfrmProbe() {}

  /** Tries it; leaves nothing behind. */
  public static Result probe(Xfrm xfrm, int vxlanPort) {
    InetAddress address = InetAddress.ofLiteral(NOWHERE);
    SecurityAssociation keys = new SecurityAssociation(PROBE_SPI, new byte[32], new byte[4]);
    try {
      xfrm.removeAssociation(address, PROBE_SPI); // of a probe that was cut off
      xfrm.add(new SaSpec(address, address, vxlanPort, keys, null));
      xfrm.removeAssociation(address, PROBE_SPI);
      return new Result(true, "the kernel has ESP with AES-GCM");
    } catch (KernelException e) {
      return new Result(false, String.valueOf(e.getMessage()));
    }
  }
}
