package io.weft.vxlan.xfrm;

import io.weft.vxlan.desired.IpPrefix;

/**
 * A policy of Weft's, about UDP to VXLAN's port.
 *
 * @param direction in or out
 * @param source prefix of the source addresses
 * @param destination prefix of the destination addresses
 * @param udpPort destination port
 * @param rule what becomes of the packets
 */
public record Policy(
    Direction direction, IpPrefix source, IpPrefix destination, int udpPort, Rule rule) {

  /** The policy in words. */
  String words() {
    return "the policy for what %s, from %s to %s"
        .formatted(
            switch (direction) {
              case IN -> "arrives";
              case OUT -> "is sent";
            },
            source,
            destination);
  }

  /** What becomes of packets that a policy is about. */
  public sealed interface Rule {}

  /** They are dropped. Of lower priority than {@link Protect}. */
  public record Block() implements Rule {}

  /**
   * They must be in ESP between the two addresses of the policy.
   *
   * @param spi of the association to send with; 0 in direction IN: any of Weft's
   */
  public record Protect(int spi) implements Rule {}

  /** What identifies it: the kernel keeps one policy for each of these. */
  public Policy withRule(Rule other) {
    return new Policy(direction, source, destination, udpPort, other);
  }
}
