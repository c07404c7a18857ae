package io.weft.security.keyring;

import java.security.MessageDigest;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The secrets that the members of a cluster share: one for each epoch that is still accepted, and
 * which of them seals. A key is spread to all with the old one still sealing, then it seals, then
 * the old one goes; so a rotation loses nothing.
 *
 * @param secrets 32 bytes by epoch; at least one, at most {@link #MAX_EPOCHS}
 * @param sealEpoch the epoch whose key seals
 */
public record GossipKeys(SortedMap<Integer, byte[]> secrets, int sealEpoch) {
  /** Length in bytes of a secret. */
  public static final int SECRET_BYTES = 32;

  /**
   * Most epochs accepted at a time: the one that seals, the one before or after it, and one to
   * spare.
   */
  public static final int MAX_EPOCHS = 3;

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException when there are none or too many, a secret is not 32 bytes
   *     long, an epoch is negative, or the one that seals is not among them
   */
  public GossipKeys {
    if (secrets.isEmpty() || secrets.size() > MAX_EPOCHS) {
      throw new IllegalArgumentException(
          "gossip keys come in 1 to " + MAX_EPOCHS + " epochs, not " + secrets.size());
    }
    TreeMap<Integer, byte[]> copy = new TreeMap<>();
    secrets.forEach(
        (epoch, secret) -> {
          if (epoch < 0) {
            throw new IllegalArgumentException("a key epoch is not negative, as " + epoch + " is");
          }
          if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                "a gossip key has " + SECRET_BYTES + " bytes, not " + secret.length);
          }
          copy.put(epoch, secret.clone());
        });
    if (!copy.containsKey(sealEpoch)) {
      throw new IllegalArgumentException("there is no key of epoch " + sealEpoch + " to seal with");
    }
    secrets = copy;
  }

  /** These secrets, of which the newest seals. */
  public static GossipKeys newestSeals(SortedMap<Integer, byte[]> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("no gossip keys at all");
    }
    return new GossipKeys(secrets, secrets.lastKey());
  }

  /** The secrets, a fresh copy. */
  @Override
  public SortedMap<Integer, byte[]> secrets() {
    TreeMap<Integer, byte[]> copy = new TreeMap<>();
    secrets.forEach((epoch, secret) -> copy.put(epoch, secret.clone()));
    return copy;
  }

  /** Whether a key of this epoch is accepted. */
  public boolean has(int epoch) {
    return secrets.containsKey(epoch);
  }

  /** Whether both have a key of this epoch, and it is the same one. */
  boolean hasSame(GossipKeys other, int epoch) {
    byte[] mine = secrets.get(epoch);
    byte[] theirs = other.secrets.get(epoch);
    return mine != null && theirs != null && MessageDigest.isEqual(mine, theirs);
  }

  /** Shows the epochs and never the secrets. */
  @Override
  public String toString() {
    return "GossipKeys[epochs " + secrets.keySet() + ", sealing " + sealEpoch + "]";
  }
}
