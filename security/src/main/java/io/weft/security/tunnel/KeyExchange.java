package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;
import java.security.GeneralSecurityException;

/**
 * How two hosts agree on a secret with one message each way. The core does not care how; {@link
 * HybridExchange} is the real one, and simulations may bring a cheap one.
 */
public interface KeyExchange {
  /** Begins an exchange: a fresh ephemeral key, used once. */
  Offer offer();

  /**
   * Answers an offer.
   *
   * @param share what the offer's maker sent
   * @param transcript who is who and which exchange this is
   * @throws GeneralSecurityException when the share is malformed
   */
  Answer answer(byte[] share, Transcript transcript) throws GeneralSecurityException;

  /** An exchange that was begun here. */
  interface Offer {
    /** What the other host needs to answer. */
    byte[] share();

    /**
     * Ends the exchange with the answer.
     *
     * @throws GeneralSecurityException when the answer is malformed
     */
    Secrets complete(byte[] answerShare, Transcript transcript) throws GeneralSecurityException;
  }

  /**
   * An answered exchange.
   *
   * @param share what the one who offered needs
   * @param secrets what both then have
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Answer(byte[] share, Secrets secrets) {}

  /**
   * What the keys are bound to beside the shares, so that an exchange between two hosts can be
   * passed off for no other.
   *
   * @param offerer who offered
   * @param answerer who answered
   * @param instance which life of the offerer
   * @param number which of its exchanges
   */
  record Transcript(NodeId offerer, NodeId answerer, long instance, long number) {}

  /**
   * What both hosts have in the end: key (32 bytes) and salt (4 bytes) for each direction.
   *
   * @param toAnswerer 36 bytes for what the offerer sends
   * @param toOfferer 36 bytes for what the answerer sends
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Secrets(byte[] toAnswerer, byte[] toOfferer) {
    /** Bytes for a direction. */
    public static final int DIRECTION_BYTES = SaKeys.KEY_BYTES + SaKeys.SALT_BYTES;

    @Override
    public String toString() {
      return "Secrets[]";
    }
  }
}
