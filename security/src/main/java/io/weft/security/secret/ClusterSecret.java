package io.weft.security.secret;

import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.Names;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.TreeMap;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A cluster's name and one secret that all its members hold. Everything else comes from the two by
 * HKDF (RFC 5869): the key that seals datagrams, a CA, and each member's key pair by its name. So a
 * member needs no disk, and one that starts again under its name is the same member.
 *
 * <p>Whoever holds the secret is a member, and may speak as any of them. Where one member must not
 * be able to pass for another, each needs a key of its own and a {@link ClusterCa} that somebody
 * keeps.
 */
public final class ClusterSecret {
  /** Length in bytes of the secret. */
  public static final int BYTES = 32;

  private static final byte[] SALT = "weft cluster secret 1".getBytes(StandardCharsets.US_ASCII);

  /** The one epoch there is: another secret is another cluster. */
  private static final int EPOCH = 0;

  private final String cluster;
  private final byte[] secret;

  private ClusterSecret(String cluster, byte[] secret) {
    this.cluster = Names.check("cluster name", cluster);
    this.secret = secret.clone();
  }

  /**
   * A new one, for a new cluster.
   *
   * @throws IllegalArgumentException when the cluster's name is none
   */
  public static ClusterSecret generate(String cluster) {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return new ClusterSecret(cluster, secret);
  }

  /**
   * Reads what {@link #format} wrote: {@code NAME:64 hexadecimal digits}.
   *
   * @throws IllegalArgumentException with one line that says what is wrong, and never the secret
   */
  public static ClusterSecret parse(String text) {
    int colon = text.lastIndexOf(':');
    byte[] secret;
    try {
      secret = HexFormat.of().parseHex(text.substring(colon + 1).strip());
    } catch (IllegalArgumentException e) {
      secret = new byte[0]; // without the cause: its message holds the text
    }
    if (colon < 0 || secret.length != BYTES) {
      throw new IllegalArgumentException(
          "not a cluster secret: write the cluster's name, a colon and "
              + 2 * BYTES
              + " hexadecimal digits, as ClusterSecret.generate(NAME).format() gives it");
    }
    return new ClusterSecret(text.substring(0, colon), secret);
  }

  /** The text that {@link #parse} reads. Holds the secret. */
  public String format() {
    return cluster + ":" + HexFormat.of().formatHex(secret);
  }

  /** The cluster's name. */
  public String cluster() {
    return cluster;
  }

  /** The key that seals the cluster's datagrams. */
  public GossipKeys gossipKeys() {
    TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    secrets.put(EPOCH, derive("gossip", "", GossipKeys.SECRET_BYTES));
    return new GossipKeys(secrets, EPOCH);
  }

  /**
   * The identity of the member with this name: the same key on every host and at every start.
   *
   * @param now when its certificate begins; it lasts for {@link ClusterCa#NODE_VALIDITY}
   * @throws IllegalArgumentException when the name is none
   */
  public NodeIdentity identity(String name, Instant now) {
    Names.check("member name", name);
    ClusterCa ca = ClusterCa.derived(cluster, keyPair("ca", ""));
    KeyPair keys = keyPair("member", name);
    return NodeIdentity.of(
        keys.getPrivate(),
        ca.sign(CertificateRequest.create(keys, name), name, now),
        ca.certificate());
  }

  private KeyPair keyPair(String purpose, String name) {
    return KeyPairs.derive(derive(purpose, name, KeyPairs.SEED_BYTES));
  }

  /** Purpose, cluster and name hold no zero byte, so no two uses have one input. */
  private byte[] derive(String purpose, String name, int bytes) {
    byte[] info = (purpose + "\0" + cluster + "\0" + name).getBytes(StandardCharsets.UTF_8);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(new SecretKeySpec(secret, "Generic"))
                  .addSalt(SALT)
                  .thenExpand(info, bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no HKDF", e);
    }
  }

  /** Shows the cluster and never the secret. */
  @Override
  public String toString() {
    return "ClusterSecret[" + cluster + "]";
  }
}
