package io.weft.gossip.signing;

/** The public key of one owner of records. */
public interface OwnerKey {
  /** The key as the others are told it; not to be changed. */
  byte[] encoded();

  /** Whether the owner signed this. Never throws, whatever the bytes are. */
  boolean verifies(byte[] statement, byte[] signature);
}
