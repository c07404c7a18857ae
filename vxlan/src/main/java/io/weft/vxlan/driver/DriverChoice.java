package io.weft.vxlan.driver;

/** What was asked for; probing turns it into a {@link DriverKind}. */
public enum DriverChoice {
  /** Kernel ESP where the kernel has it, else the userspace encryptor. */
  AUTO,
  /** Kernel ESP or nothing. */
  KERNEL,
  /** The userspace encryptor. */
  USER,
  /** No encryption at all: only on wires that are trusted wholly. */
  CLEAR
}
