package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.IpPrefix;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A route of the main table that carries Weft's route protocol number.
 *
 * @param destination where to; host bits zero
 * @param via next hop; null when the destination is on the link itself
 * @param device name of the device
 */
public record Route(IpPrefix destination, @Nullable InetAddress via, String device) {

  /** The number in {@code rtm_protocol} by which Weft knows its own routes (not in rt_protos). */
  public static final int PROTOCOL = 187;
}
