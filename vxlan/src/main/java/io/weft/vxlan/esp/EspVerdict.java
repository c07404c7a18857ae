package io.weft.vxlan.esp;

/** What became of an ESP packet that arrived. */
public enum EspVerdict {
  /** Authentic, fresh, UDP inside. */
  ACCEPTED,
  /** Authentic and empty: traffic-flow padding, dropped in silence (RFC 4303, section 2.6). */
  DUMMY,
  /** Shorter than an ESP packet can be, or not aligned. */
  MALFORMED,
  /** Its sequence number has been seen, or is older than the window (INV-SEC-2). */
  REPLAYED,
  /** The ICV is wrong. */
  NOT_AUTHENTIC,
  /** Authentic, but with padding other than 1, 2, 3. */
  BAD_PADDING,
  /** Authentic, but not UDP inside. */
  BAD_NEXT_HEADER
}
