package io.weft.security.testing;

import io.weft.security.tunnel.KeyExchange;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A key exchange that takes microseconds and gives the same from the same seed. Its keys are hashes
 * of what was sent in clear: for simulations only.
 */
public final class SeededKeyExchange implements KeyExchange {
  private static final int SHARE_BYTES = 16;

  private final RandomGenerator random;

  /** Draws its shares from the given generator. */
  public SeededKeyExchange(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Offer offer() {
    byte[] share = share();
    return new Offer() {
      @Override
      public byte[] share() {
        return share.clone();
      }

      @Override
      public Secrets complete(byte[] answerShare, Transcript transcript)
          throws InvalidKeyException {
        return secrets(share, answerShare, transcript);
      }
    };
  }

  @Override
  public Answer answer(byte[] share, Transcript transcript) throws InvalidKeyException {
    byte[] mine = share();
    return new Answer(mine, secrets(share, mine, transcript));
  }

  private byte[] share() {
    return ByteBuffer.allocate(SHARE_BYTES)
        .putLong(random.nextLong())
        .putLong(random.nextLong())
        .array();
  }

  private static Secrets secrets(byte[] offer, byte[] answer, Transcript transcript)
      throws InvalidKeyException {
    if (offer.length != SHARE_BYTES || answer.length != SHARE_BYTES) {
      throw new InvalidKeyException("a share has " + SHARE_BYTES + " bytes");
    }
    return new Secrets(hash(1, offer, answer, transcript), hash(2, offer, answer, transcript));
  }

  private static byte[] hash(int direction, byte[] offer, byte[] answer, Transcript transcript) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      digest.update((byte) direction);
      digest.update(offer);
      digest.update(answer);
      digest.update(transcript.offerer().bytes());
      digest.update(transcript.answerer().bytes());
      digest.update(
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(transcript.instance())
              .putLong(transcript.number())
              .array());
      return Arrays.copyOf(digest.digest(), Secrets.DIRECTION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
  }
}
