package io.weft.security.keyring;

import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens gossip datagrams: AES-256-GCM (NIST SP 800-38D) with the header as associated
 * data.
 *
 * <p>INV-SEC-2, no (key, nonce) twice: each sender seals with a key of its own, derived by HKDF
 * (RFC 5869) from the epoch's secret, the cluster's name, its id and its generation, and counts its
 * nonces. A generation is one start of a node, persisted and never used again; so <em>one keyring a
 * start</em>: new secrets go into the one that exists ({@link #use}), which keeps its counter, and
 * never into a second one of the same generation.
 *
 * <p>Safe to call from any thread.
 */
public final class GossipKeyring {
  /** What sealing adds to a payload: header and tag. */
  public static final int OVERHEAD_BYTES = DatagramHeader.BYTES + 16;

  /**
   * Senders' keys kept ready, with what of theirs was seen; beyond, the one unused longest is
   * forgotten and derived anew.
   */
  public static final int MAX_CACHED_SENDERS = 4096;

  private static final int TAG_BITS = 128;
  private static final int NONCE_BYTES = 12;

  private final String cluster;
  private final byte[] label;
  private final NodeId self;
  private final byte[] selfBytes;
  private final long generation;
  private final Cipher cipher;
  private final KDF hkdf;
  private final Map<SubkeyName, Subkey> senders = new LinkedHashMap<>(64, 0.75f, true);

  private GossipKeys keys;
  private SecretKey sealKey;
  private long counter;
  private long unknownKeys;

  private record SubkeyName(int epoch, NodeId sender, long generation) {}

  private record Subkey(SecretKey key, ReplayFilter replays) {}

  /**
   * A keyring for one start of a node.
   *
   * @param cluster the cluster's name, bound into every datagram
   * @param self who seals
   * @param generation which start of it; never used before
   * @param keys the secrets of the epochs that are accepted
   */
  public GossipKeyring(String cluster, NodeId self, long generation, GossipKeys keys) {
    this.cluster = cluster;
    this.label = labelOf(cluster);
    this.self = self;
    this.selfBytes = self.bytes();
    this.generation = generation;
    this.keys = keys;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
      this.hkdf = KDF.getInstance("HKDF-SHA256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no AES-GCM or no HKDF", e);
    }
    this.sealKey = derive(keys.sealEpoch(), self, generation);
  }

  /** As the other, with the newest of the secrets sealing. */
  public GossipKeyring(
      String cluster, NodeId self, long generation, SortedMap<Integer, byte[]> secrets) {
    this(cluster, self, generation, GossipKeys.newestSeals(secrets));
  }

  /**
   * Takes over other secrets, as a step of a rotation. Datagrams under an epoch that is no more
   * among them are dropped from now on.
   */
  public synchronized void use(GossipKeys newKeys) {
    GossipKeys oldKeys = keys;
    keys = newKeys;
    sealKey = derive(newKeys.sealEpoch(), self, generation);
    // What was seen under a secret that stays must stay known, or a rotation would let replays in
    // (INV-SEC-2). A secret may have changed under an epoch's number; what hangs on that one goes.
    senders.keySet().removeIf(name -> !oldKeys.hasSame(newKeys, name.epoch));
  }

  /** The secrets in use. */
  public synchronized GossipKeys keys() {
    return keys;
  }

  /** How many datagrams came so far under an epoch that was not held: perhaps others are ahead. */
  public synchronized long unknownKeys() {
    return unknownKeys;
  }

  /** Seals a payload: header, ciphertext and tag, {@link #OVERHEAD_BYTES} longer than it. */
  public synchronized byte[] seal(byte[] plain) {
    if (counter == Long.MAX_VALUE) {
      throw new IllegalStateException("no nonce is left in this generation");
    }
    long number = counter++;
    byte[] header = DatagramHeader.write(label, keys.sealEpoch(), selfBytes, generation, number);
    byte[] datagram = Arrays.copyOf(header, OVERHEAD_BYTES + plain.length);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, sealKey, nonce(number));
      cipher.updateAAD(header);
      cipher.doFinal(plain, 0, plain.length, datagram, DatagramHeader.BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refuses to seal", e);
    }
    return datagram;
  }

  /** Opens a datagram as it came from the network; never throws for what is in it. */
  public synchronized Opened open(byte[] datagram) {
    if (datagram.length < OVERHEAD_BYTES) {
      return new Opened.Rejected(Opened.Cause.TOO_SHORT);
    }
    if (!DatagramHeader.hasMagic(datagram)) {
      return new Opened.Rejected(Opened.Cause.BAD_MAGIC);
    }
    if (DatagramHeader.version(datagram) != DatagramHeader.VERSION) {
      return new Opened.Rejected(Opened.Cause.BAD_VERSION);
    }
    if (!DatagramHeader.hasLabel(datagram, label)) {
      return new Opened.Rejected(Opened.Cause.WRONG_CLUSTER);
    }
    int epoch = DatagramHeader.epoch(datagram);
    if (!keys.has(epoch)) {
      unknownKeys++;
      return new Opened.Rejected(Opened.Cause.UNKNOWN_KEY);
    }
    return openUnder(epoch, datagram);
  }

  private Opened openUnder(int epoch, byte[] datagram) {
    NodeId sender = DatagramHeader.sender(datagram);
    long senderGeneration = DatagramHeader.generation(datagram);
    long number = DatagramHeader.counter(datagram);
    SubkeyName name = new SubkeyName(epoch, sender, senderGeneration);
    Subkey known = senders.get(name);
    Subkey subkey =
        known != null
            ? known
            : new Subkey(derive(epoch, sender, senderGeneration), new ReplayFilter());
    byte[] plain;
    try {
      cipher.init(Cipher.DECRYPT_MODE, subkey.key, nonce(number));
      cipher.updateAAD(datagram, 0, DatagramHeader.BYTES);
      plain =
          cipher.doFinal(datagram, DatagramHeader.BYTES, datagram.length - DatagramHeader.BYTES);
    } catch (AEADBadTagException e) {
      return new Opened.Rejected(Opened.Cause.BAD_TAG);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refuses to open", e);
    }
    if (known == null) {
      // Only now, when a member has shown itself: an outsider can neither fill the cache nor push
      // members out of it.
      remember(name, subkey);
    }
    if (number < 0 || !subkey.replays.accept(number)) {
      return new Opened.Rejected(Opened.Cause.REPLAY);
    }
    return new Opened.Accepted(sender, senderGeneration, epoch, plain);
  }

  /** Senders whose keys are kept ready; never above {@link #MAX_CACHED_SENDERS}. */
  synchronized int cachedSenders() {
    return senders.size();
  }

  private void remember(SubkeyName name, Subkey subkey) {
    senders.put(name, subkey);
    if (senders.size() > MAX_CACHED_SENDERS) {
      Iterator<SubkeyName> longestUnused = senders.keySet().iterator();
      longestUnused.next();
      longestUnused.remove();
    }
  }

  private SecretKey derive(int epoch, NodeId sender, long senderGeneration) {
    byte[] secret = keys.secrets().get(epoch);
    if (secret == null) {
      throw new IllegalStateException("no gossip key of epoch " + epoch);
    }
    byte[] purpose = "weft gossip datagram 1".getBytes(StandardCharsets.US_ASCII);
    byte[] clusterName = cluster.getBytes(StandardCharsets.UTF_8);
    byte[] info =
        ByteBuffer.allocate(purpose.length + 1 + NodeId.BYTES + Long.BYTES + clusterName.length)
            .put(purpose)
            .put((byte) 0)
            .put(sender.bytes())
            .putLong(senderGeneration)
            .put(clusterName)
            .array();
    try {
      return hkdf.deriveKey(
          "AES",
          HKDFParameterSpec.ofExtract()
              .addIKM(new SecretKeySpec(secret, "Generic"))
              .thenExpand(info, GossipKeys.SECRET_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF refuses to derive", e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static GCMParameterSpec nonce(long number) {
    byte[] nonce =
        ByteBuffer.allocate(NONCE_BYTES).putLong(NONCE_BYTES - Long.BYTES, number).array();
    return new GCMParameterSpec(TAG_BITS, nonce);
  }

  private static byte[] labelOf(String cluster) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("weft cluster " + cluster).getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(hash, DatagramHeader.LABEL_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
