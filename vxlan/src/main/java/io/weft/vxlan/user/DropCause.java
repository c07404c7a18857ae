package io.weft.vxlan.user;

/** Why the encryptor did not pass a packet on. */
public enum DropCause {
  /** From the TAP: not VXLAN in UDP, such as the private namespace's own neighbour discovery. */
  NOT_OVERLAY,
  /** From the TAP: lengths that do not fit together. */
  TRUNCATED,
  /** From the TAP: an IP fragment; the VXLAN device's MTU is wrong. */
  FRAGMENT,
  /** No tunnel to that host is wanted. */
  NO_TUNNEL,
  /** There is a tunnel, but no outbound key yet. */
  NO_KEY,
  /** Longer than the underlay's MTU. */
  TOO_BIG,
  /** The underlay did not take it. */
  SEND_FAILED,
  /** One byte 0xff that keeps a NAT's mapping open (RFC 3948, section 2.3): not an error. */
  KEEPALIVE,
  /** Four zero bytes first: IKE, which we do not speak (RFC 3948, section 2.2). */
  NON_ESP_MARKER,
  /** Shorter than ESP, or not aligned. */
  MALFORMED,
  /** No inbound SA has this SPI. */
  UNKNOWN_SPI,
  /** Not from the address of the SA's peer. */
  WRONG_SOURCE,
  /** Seen before, or too old (INV-SEC-2). */
  REPLAYED,
  /** The ICV is wrong. */
  NOT_AUTHENTIC,
  /** Authentic, but not a VXLAN packet in UDP. */
  BAD_PAYLOAD,
  /** Authentic and empty (RFC 4303, section 2.6): not an error. */
  DUMMY,
  /** The TAP did not take it. */
  TAP_FAILED
}
