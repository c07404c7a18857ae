package io.weft.overlay.agent;

import io.weft.security.tunnel.KeyExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** A key exchange without secrecy: both sides hash what was exchanged. Deterministic. */
final class CheapExchange implements KeyExchange {
  private static final int SHARE_BYTES = 16;

  private final long owner;
  private long count;

  CheapExchange(long owner) {
    this.owner = owner;
  }

  private byte[] share() {
    return ByteBuffer.allocate(SHARE_BYTES).putLong(owner).putLong(++count).array();
  }

  @Override
  public Offer offer() {
    byte[] mine = share();
    return new Offer() {
      @Override
      public byte[] share() {
        return mine.clone();
      }

      @Override
      public Secrets complete(byte[] answerShare, Transcript transcript)
          throws GeneralSecurityException {
        return secrets(mine, answerShare, transcript);
      }
    };
  }

  @Override
  public Answer answer(byte[] share, Transcript transcript) throws GeneralSecurityException {
    byte[] mine = share();
    return new Answer(mine, secrets(share, mine, transcript));
  }

  private static Secrets secrets(byte[] offer, byte[] answer, Transcript transcript)
      throws GeneralSecurityException {
    if (offer.length != SHARE_BYTES || answer.length != SHARE_BYTES) {
      throw new GeneralSecurityException("a share of another length");
    }
    return new Secrets(
        direction("to answerer", offer, answer, transcript),
        direction("to offerer", offer, answer, transcript));
  }

  private static byte[] direction(String way, byte[] offer, byte[] answer, Transcript transcript)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    digest.update((way + transcript).getBytes(StandardCharsets.UTF_8));
    digest.update(offer);
    digest.update(answer);
    return Arrays.copyOf(digest.digest(), Secrets.DIRECTION_BYTES);
  }
}
