package io.weft.security.keyring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The secrets that the members of a cluster share: one for each epoch that is still accepted, and
 * which of them seals. A key is spread to all with the old one still sealing, then it seals, then
 * the old one goes; so a rotation loses nothing.
 *
 * @param secrets 32 bytes by epoch; at least one, at most {@link #MAX_EPOCHS}
 * @param sealEpoch the epoch whose key seals
 * @param revision which state of the cluster's keyring this is: the index in the registry's log of
 *     the change that led to it; 0 for what the cluster was founded with
 */
public record GossipKeys(SortedMap<Integer, byte[]> secrets, int sealEpoch, long revision) {
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
   *     long, an epoch or the revision is negative, or the one that seals is not among them
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
    if (revision < 0) {
      throw new IllegalArgumentException("a revision is not negative, as " + revision + " is");
    }
    secrets = copy;
  }

  /** What a cluster is founded with, or as much of a later keyring as is known. */
  public GossipKeys(SortedMap<Integer, byte[]> secrets, int sealEpoch) {
    this(secrets, sealEpoch, 0);
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

  /** These secrets and one more, which does not seal yet. */
  public GossipKeys with(int epoch, byte[] secret) {
    TreeMap<Integer, byte[]> more = new TreeMap<>(secrets);
    more.put(epoch, secret);
    return new GossipKeys(more, sealEpoch, revision);
  }

  /** Those of these epochs; the one that seals stays in any case. */
  public GossipKeys only(Set<Integer> epochs) {
    TreeMap<Integer, byte[]> fewer = new TreeMap<>(secrets);
    fewer.keySet().removeIf(epoch -> epoch != sealEpoch && !epochs.contains(epoch));
    return new GossipKeys(fewer, sealEpoch, revision);
  }

  /** Whether the other holds the same secrets, seals with the same and is of the same revision. */
  public boolean sameAs(GossipKeys other) {
    return sealEpoch == other.sealEpoch
        && revision == other.revision
        && secrets.keySet().equals(other.secrets.keySet())
        && secrets.keySet().stream().allMatch(epoch -> hasSame(other, epoch));
  }

  /**
   * What may be shown to all in a secret's place, to tell it from another under the same epoch: a
   * hash, which gives nothing away of 32 random bytes.
   */
  public static byte[] fingerprint(int epoch, byte[] secret) {
    byte[] purpose = "weft gossip key 1".getBytes(StandardCharsets.US_ASCII);
    byte[] input =
        ByteBuffer.allocate(purpose.length + Integer.BYTES + secret.length)
            .put(purpose)
            .putInt(epoch)
            .put(secret)
            .array();
    try {
      return MessageDigest.getInstance("SHA-256").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } finally {
      Arrays.fill(input, (byte) 0);
    }
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
    return "GossipKeys[epochs "
        + secrets.keySet()
        + ", sealing "
        + sealEpoch
        + ", revision "
        + revision
        + "]";
  }
}
