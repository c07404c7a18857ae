package io.weft.security.tunnel;

/**
 * When keys are replaced, and how patient the exchange is.
 *
 * @param rekeyPackets packets sent under one key before it is replaced
 * @param rekeyBytes bytes sent under one key before it is replaced
 * @param rekeyMillis age of a key before it is replaced; up to a tenth is taken off at random, so
 *     that hosts do not do it together
 * @param retryMillis wait before a message is sent again the first time; doubles with each
 * @param maxRetryMillis longest such wait
 * @param offerGraceMillis how long the host with the higher id waits for the other's offer when a
 *     link comes up
 * @param answerPatienceMillis how long an answered offer may stay unconfirmed before this host
 *     makes one of its own
 * @param drainMillis how long an inbound association stays after the peer has left it, for packets
 *     still under way
 */
public record TunnelKeyConfig(
    long rekeyPackets,
    long rekeyBytes,
    long rekeyMillis,
    long retryMillis,
    long maxRetryMillis,
    long offerGraceMillis,
    long answerPatienceMillis,
    long drainMillis) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is not positive, or the longest wait is shorter than
   *     the first
   */
  public TunnelKeyConfig {
    positive("rekeyPackets", rekeyPackets);
    positive("rekeyBytes", rekeyBytes);
    positive("rekeyMillis", rekeyMillis);
    positive("retryMillis", retryMillis);
    positive("offerGraceMillis", offerGraceMillis);
    positive("answerPatienceMillis", answerPatienceMillis);
    positive("drainMillis", drainMillis);
    if (maxRetryMillis < retryMillis) {
      throw new IllegalArgumentException(
          "maxRetryMillis (" + maxRetryMillis + ") is below retryMillis (" + retryMillis + ")");
    }
  }

  /**
   * An hour, a thousand million packets, or 2^40 bytes a key: far inside what AES-GCM bears with a
   * counter nonce and 64-bit sequence numbers (RFC 4106, RFC 4303).
   */
  public static TunnelKeyConfig defaults() {
    return new TunnelKeyConfig(1L << 30, 1L << 40, 3_600_000, 1_000, 30_000, 500, 20_000, 10_000);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, it is " + value);
    }
  }
}
