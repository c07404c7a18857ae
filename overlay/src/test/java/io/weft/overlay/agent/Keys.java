package io.weft.overlay.agent;

import io.weft.security.identity.ClusterCa;
import io.weft.security.keyring.GossipKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;

/** Identity keys that are the same in every run, so that a seed gives the same run again. */
final class Keys {
  static final String CLUSTER = "test";
  static final ClusterCa CA =
      ClusterCa.create(CLUSTER, Instant.ofEpochMilli(VirtualClock.EPOCH_MILLIS));

  private static final TreeMap<Integer, KeyPair> MADE = new TreeMap<>();

  private Keys() {}

  static synchronized KeyPair of(int number) {
    return MADE.computeIfAbsent(number, Keys::make);
  }

  private static KeyPair make(int number) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(("host " + number).getBytes(StandardCharsets.UTF_8));
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static GossipKeys gossip() {
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    Arrays.fill(secret, (byte) 9);
    TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    secrets.put(1, secret);
    return GossipKeys.newestSeals(secrets);
  }
}
