package io.weft.simulator.fleet;

import io.weft.security.custody.CaCustody;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.InvalidRequestException;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keys and certificates of simulated hosts, made once a JVM and then kept: all runs use the same,
 * and the same in each JVM. Signatures have random parts; what they are in is chosen to have the
 * same length each time, so that nothing that a run can tell differs.
 */
final class Identities {
  /** The cluster's name. */
  static final String CLUSTER = "sim";

  /** When virtual time begins, in milliseconds since 1970. */
  static final long EPOCH_MILLIS = 1_800_000_000_000L;

  /** The most usual length of a DER-coded ECDSA signature over P-256. */
  private static final int SIGNATURE_BYTES = 71;

  private static final int SERIAL_BYTES = 16;
  private static final int MAX_TRIES = 10_000;

  /** One host's keys: its first, or those after its disk was wiped so many times. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Made(NodeIdentity identity, byte[] request) {
    @Override
    public byte[] request() {
      return request.clone();
    }
  }

  private static final Map<String, Made> MADE = new TreeMap<>();
  private static final ClusterCa CA = makeCa();

  private Identities() {}

  static ClusterCa ca() {
    return CA;
  }

  /** The CA's key as the founder keeps it. */
  static byte[] wrappedFor(NodeIdentity founder) {
    return CaCustody.wrap(CA, founder.certificate().getPublicKey());
  }

  static synchronized Made of(String name, int number, int wipes) {
    return MADE.computeIfAbsent(name + "/" + number + "/" + wipes, key -> make(name, key));
  }

  private static Made make(String name, String key) {
    KeyPair keys = keys("host " + key);
    byte[] request = CertificateRequest.create(keys, name).encoded();
    try {
      X509Certificate certificate =
          CA.sign(CertificateRequest.parse(request), name, Instant.ofEpochMilli(EPOCH_MILLIS));
      return new Made(NodeIdentity.of(keys.getPrivate(), certificate, CA.certificate()), request);
    } catch (InvalidRequestException e) {
      throw new IllegalStateException("a request that was just made is refused", e);
    }
  }

  private static KeyPair keys(String seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(("weft simulator " + seed).getBytes(StandardCharsets.UTF_8));
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }

  private static ClusterCa makeCa() {
    for (int i = 0; i < MAX_TRIES; i++) {
      ClusterCa made = ClusterCa.create(CLUSTER, Instant.ofEpochMilli(EPOCH_MILLIS));
      X509Certificate certificate = made.certificate();
      if (certificate.getSignature().length == SIGNATURE_BYTES
          && certificate.getSerialNumber().toByteArray().length == SERIAL_BYTES) {
        return made;
      }
    }
    throw new IllegalStateException("no certificate of the usual length in " + MAX_TRIES);
  }

  static GossipKeys gossipKeys() {
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    Arrays.fill(secret, (byte) 9);
    TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    secrets.put(1, secret);
    return GossipKeys.newestSeals(secrets);
  }
}
