package io.weft.security.tunnel;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What two cores say to each other, by an authenticated link. On the wire, big-endian: version (1
 * byte), kind (1), the exchange's instance (8) and number (8); an offer and an answer go on with
 * the sender's inbound SPI (4), the SPI that the sender sends on until now (4, 0 for none), and its
 * share (the rest); "ready" with the SPI (4) of the answer that it took.
 */
sealed interface TunnelMessage {
  /** Longer messages are dropped unread. */
  int MAX_BYTES = 4096;

  byte VERSION = 3;

  /**
   * Names an exchange.
   *
   * @param instance which life of the one who offered; random
   * @param number counts its offers
   */
  record ExchangeId(long instance, long number) {}

  /** The exchange that it belongs to. */
  ExchangeId exchange();

  /**
   * "Here is my share; send to me on this SPI once I say so."
   *
   * @param sendsOn the receiver's SPI that the sender sends on until now, 0 for none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Offer(ExchangeId exchange, int spi, int sendsOn, byte[] share) implements TunnelMessage {}

  /**
   * "Here is mine. Packets to me on this SPI are accepted as of now."
   *
   * @param sendsOn as in an offer
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Answer(ExchangeId exchange, int spi, int sendsOn, byte[] share) implements TunnelMessage {}

  /**
   * "I send on your new SPI; packets to me on mine are accepted as of now."
   *
   * @param spi that new SPI: an offer that is repeated may have been answered more than once, when
   *     the one who answers has forgotten all about its peer in between
   */
  record Ready(ExchangeId exchange, int spi) implements TunnelMessage {}

  /** "So do I, now." */
  record Done(ExchangeId exchange) implements TunnelMessage {}

  /** The bytes of a message. */
  default byte[] encode() {
    return switch (this) {
      case Offer offer -> encode(1, offer.exchange, offer.spi, offer.sendsOn, offer.share);
      case Answer answer -> encode(2, answer.exchange, answer.spi, answer.sendsOn, answer.share);
      case Ready ready -> head(3, ready.exchange, Integer.BYTES).putInt(ready.spi).array();
      case Done done -> head(4, done.exchange, 0).array();
    };
  }

  /** The message in some bytes from the network; empty when there is none. */
  static Optional<TunnelMessage> decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEAD_BYTES || bytes.length > MAX_BYTES || in.get() != VERSION) {
      return Optional.empty();
    }
    int kind = in.get();
    ExchangeId exchange = new ExchangeId(in.getLong(), in.getLong());
    if (kind == 3) {
      return in.remaining() == Integer.BYTES
          ? Optional.of(new Ready(exchange, in.getInt()))
          : Optional.empty();
    }
    if (kind == 4) {
      return in.hasRemaining() ? Optional.empty() : Optional.of(new Done(exchange));
    }
    if ((kind != 1 && kind != 2) || in.remaining() < 2 * Integer.BYTES) {
      return Optional.empty();
    }
    int spi = in.getInt();
    int sendsOn = in.getInt();
    if (spi < SaKeys.MIN_SPI || (sendsOn != 0 && sendsOn < SaKeys.MIN_SPI)) {
      return Optional.empty();
    }
    byte[] share = new byte[in.remaining()];
    in.get(share);
    return Optional.of(
        kind == 1
            ? new Offer(exchange, spi, sendsOn, share)
            : new Answer(exchange, spi, sendsOn, share));
  }

  /** Bytes that every message begins with. */
  int HEAD_BYTES = 2 + 2 * Long.BYTES;

  private static byte[] encode(int kind, ExchangeId exchange, int spi, int sendsOn, byte[] share) {
    return head(kind, exchange, 2 * Integer.BYTES + share.length)
        .putInt(spi)
        .putInt(sendsOn)
        .put(share)
        .array();
  }

  private static ByteBuffer head(int kind, ExchangeId exchange, int more) {
    return ByteBuffer.allocate(HEAD_BYTES + more)
        .put(VERSION)
        .put((byte) kind)
        .putLong(exchange.instance)
        .putLong(exchange.number);
  }
}
