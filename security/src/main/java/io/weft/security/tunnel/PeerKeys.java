package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;
import io.weft.security.tunnel.KeyExchange.Secrets;
import io.weft.security.tunnel.KeyExchange.Transcript;
import io.weft.security.tunnel.TunnelMessage.Answer;
import io.weft.security.tunnel.TunnelMessage.Done;
import io.weft.security.tunnel.TunnelMessage.ExchangeId;
import io.weft.security.tunnel.TunnelMessage.Offer;
import io.weft.security.tunnel.TunnelMessage.Ready;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The exchange with one peer. What passes between offerer O and answerer A:
 *
 * <pre>
 *   O  offer(SPI o, share)  ─────►  A   makes the keys, installs inbound a
 *   O  ◄─────  answer(SPI a, share)  A
 *   O  installs inbound o, sends on a from now on
 *   O  ready(SPI a)  ─────────────►  A   sends on o from now on; older inbounds drain
 *   O  ◄──────────────────────  done A
 *   O  older inbounds drain
 * </pre>
 *
 * <p>So neither sends on an association before it has heard that it is installed, and neither
 * removes one before it has heard that the other has left it (INV-SEC-3). A lost message is made
 * good by its sender: the offer is repeated until answered, ready until done; both are answered
 * each time. An exchange that gets nowhere is given up for a fresh one, and no key is ever used in
 * two exchanges.
 *
 * <p>Three exchanges may be open at a time, one in each place: {@code offering} (ours, unanswered),
 * {@code answering} (theirs, not yet ready), {@code confirming} (ours, not yet done). Where two
 * offers cross, the lower id's is answered and the other's dropped. An association made in a newer
 * exchange is never left for an older one's, by either side: each place is cleared by what
 * supersedes it. Offers are numbered, so that a late one is known for what it is.
 */
final class PeerKeys {
  /** Times that one message is sent before its exchange is given up for a fresh one. */
  static final int MAX_SENDS = 5;

  private static final long NEVER = Long.MAX_VALUE;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MAX_DOUBLINGS = 20;

  private final NodeId peer;
  private final TunnelKeyCore.Shared shared;
  private final InboundKeys inbound;

  private boolean linked;
  private long offerAtNanos = NEVER;
  private long rekeyAtNanos = NEVER;
  private int failures;
  private @Nullable Offering offering;
  private @Nullable Answering answering;
  private @Nullable Confirming confirming;
  private @Nullable ExchangeId newestAnswered;
  private @Nullable Ready lastReady;

  private int outboundSpi;
  private long keyedAtNanos;
  private long packets;
  private long bytes;
  private long malformed;

  private record Offering(ExchangeId exchange, int spi, KeyExchange.Offer secret, Retry retry) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answering(
      ExchangeId exchange, int inboundSpi, SaKeys outbound, byte[] answer, long giveUpAtNanos) {}

  private record Confirming(ExchangeId exchange, int inboundSpi, Retry retry) {}

  /** A message that is sent until something comes back. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Retry(byte[] message, int sends, long atNanos) {}

  PeerKeys(NodeId peer, TunnelKeyCore.Shared shared) {
    this.peer = peer;
    this.shared = shared;
    this.inbound = new InboundKeys(peer, shared.spis());
  }

  void up(long nowNanos, TunnelKeyEffects out) {
    abandonExchanges();
    linked = true;
    failures = 0;
    if (isOursFirst()) {
      startOffer(nowNanos, out);
    } else {
      offerAtNanos = nowNanos + shared.config().offerGraceMillis() * NANOS_PER_MILLI;
    }
  }

  void down() {
    abandonExchanges();
    linked = false;
  }

  void gone(TunnelKeyEffects out) {
    abandonExchanges();
    inbound.removeAll(out);
    if (outboundSpi != 0) {
      out.removeOutbound(peer, outboundSpi);
      outboundSpi = 0;
    }
  }

  void rekey(long nowNanos, TunnelKeyEffects out) {
    rekeyAtNanos = NEVER; // set anew when an exchange, this one or the one under way, is complete
    if (linked && !isExchanging()) {
      startOffer(nowNanos, out);
    }
  }

  void sent(long nowNanos, long morePackets, long moreBytes, TunnelKeyEffects out) {
    packets += morePackets;
    bytes += moreBytes;
    if (outboundSpi != 0
        && (packets >= shared.config().rekeyPackets() || bytes >= shared.config().rekeyBytes())) {
      rekey(nowNanos, out);
    }
  }

  void received(long nowNanos, byte[] payload, TunnelKeyEffects out) {
    if (!linked) {
      return;
    }
    Optional<TunnelMessage> message = TunnelMessage.decode(payload);
    if (message.isEmpty()) {
      malformed++;
      return;
    }
    try {
      switch (message.get()) {
        case Offer offer -> offered(nowNanos, offer, out);
        case Answer answer -> answered(nowNanos, answer, out);
        case Ready ready -> ready(nowNanos, ready, out);
        case Done done -> done(nowNanos, done.exchange());
      }
    } catch (GeneralSecurityException e) {
      // A share that is no key. Nothing has been changed by then; the exchange is tried again as if
      // it had been lost.
      malformed++;
    }
  }

  private void offered(long nowNanos, Offer offer, TunnelKeyEffects out)
      throws GeneralSecurityException {
    if (isOld(offer.exchange())) {
      if (answering != null && answering.exchange.equals(offer.exchange())) {
        out.send(peer, answering.answer);
      }
      return;
    }
    if (offering != null && isOursFirst()) {
      return; // Ours reaches the peer, now or repeated, and makes it drop its own.
    }
    KeyExchange.Answer made =
        shared.exchange().answer(offer.share(), transcript(peer, shared.self(), offer.exchange()));
    dropOffering();
    int spi = shared.spis().take();
    byte[] message = new Answer(offer.exchange(), spi, outboundSpi, made.share()).encode();
    answering =
        new Answering(
            offer.exchange(),
            spi,
            direction(offer.spi(), made.secrets().toOfferer()),
            message,
            nowNanos + shared.config().answerPatienceMillis() * NANOS_PER_MILLI);
    newestAnswered = offer.exchange();
    offerAtNanos = NEVER;
    inbound.peerSendsOn(offer.sendsOn(), drainedAt(nowNanos));
    inbound.install(direction(spi, made.secrets().toAnswerer()), out);
    out.send(peer, message);
  }

  private void answered(long nowNanos, Answer answer, TunnelKeyEffects out)
      throws GeneralSecurityException {
    Offering ours = offering;
    if (ours == null || !ours.exchange.equals(answer.exchange())) {
      return;
    }
    Secrets secrets =
        ours.secret.complete(answer.share(), transcript(shared.self(), peer, ours.exchange));
    offering = null; // its SPI now belongs to the inbound association
    answering = null; // older than our offer, or our offer would have been dropped for it
    offerAtNanos = NEVER;
    failures = 0;
    inbound.peerSendsOn(answer.sendsOn(), drainedAt(nowNanos));
    inbound.install(direction(ours.spi, secrets.toOfferer()), out);
    sendOn(nowNanos, direction(answer.spi(), secrets.toAnswerer()), out);
    byte[] message = new Ready(ours.exchange, answer.spi()).encode();
    confirming =
        new Confirming(ours.exchange, ours.spi, new Retry(message, 1, retryAt(nowNanos, 1)));
    out.send(peer, message);
  }

  private void ready(long nowNanos, Ready ready, TunnelKeyEffects out) {
    Answering theirs = answering;
    // With another SPI it took an answer of ours that we know no more: it has other keys than we.
    if (theirs != null
        && theirs.exchange.equals(ready.exchange())
        && theirs.inboundSpi == ready.spi()) {
      answering = null;
      confirming = null; // of an older exchange, or this one's offer would have been dropped for it
      lastReady = ready;
      sendOn(nowNanos, theirs.outbound, out);
      complete(nowNanos, theirs.inboundSpi);
    }
    if (ready.equals(lastReady)) {
      out.send(peer, new Done(ready.exchange()).encode());
    }
  }

  private void done(long nowNanos, ExchangeId exchange) {
    Confirming ours = confirming;
    if (ours != null && ours.exchange.equals(exchange)) {
      confirming = null;
      complete(nowNanos, ours.inboundSpi);
    }
  }

  /** The peer is known to send on this association of ours. */
  private void complete(long nowNanos, int spi) {
    failures = 0;
    inbound.confirm(spi, drainedAt(nowNanos));
    long age = shared.config().rekeyMillis() * NANOS_PER_MILLI;
    rekeyAtNanos = nowNanos + age - shared.random().nextLong(age / 10 + 1);
  }

  private long drainedAt(long nowNanos) {
    return nowNanos + shared.config().drainMillis() * NANOS_PER_MILLI;
  }

  private void sendOn(long nowNanos, SaKeys keys, TunnelKeyEffects out) {
    int old = outboundSpi;
    outboundSpi = keys.spi();
    keyedAtNanos = nowNanos;
    packets = 0;
    bytes = 0;
    out.useOutbound(peer, keys);
    if (old != 0) {
      out.removeOutbound(peer, old);
    }
  }

  void timer(long nowNanos, TunnelKeyEffects out) {
    inbound.removeDrained(nowNanos, out);
    if (!linked) {
      return;
    }
    if (answering != null && answering.giveUpAtNanos <= nowNanos) {
      answering = null; // its inbound stays: the peer may be sending on it
      offerAtNanos = nowNanos;
    }
    if (confirming != null && confirming.retry.atNanos <= nowNanos) {
      Retry next = again(nowNanos, confirming.retry, out);
      confirming =
          next == null ? null : new Confirming(confirming.exchange, confirming.inboundSpi, next);
      if (next == null) {
        offerAtNanos = nowNanos;
      }
    }
    if (offering != null && offering.retry.atNanos <= nowNanos) {
      Retry next = again(nowNanos, offering.retry, out);
      if (next == null) {
        dropOffering();
        offerAtNanos = nowNanos;
      } else {
        offering = new Offering(offering.exchange, offering.spi, offering.secret, next);
      }
    }
    if (offerAtNanos <= nowNanos) {
      startOffer(nowNanos, out);
    }
    if (rekeyAtNanos <= nowNanos) {
      rekey(nowNanos, out);
    }
  }

  long nextDeadlineNanos() {
    long next = inbound.nextDeadlineNanos();
    if (!linked) {
      return next;
    }
    next = Math.min(next, Math.min(offerAtNanos, rekeyAtNanos));
    next = answering == null ? next : Math.min(next, answering.giveUpAtNanos);
    next = confirming == null ? next : Math.min(next, confirming.retry.atNanos);
    return offering == null ? next : Math.min(next, offering.retry.atNanos);
  }

  TunnelKeyStatus status() {
    return new TunnelKeyStatus(
        peer,
        linked,
        inbound.confirmed(),
        outboundSpi,
        isExchanging(),
        keyedAtNanos,
        packets,
        bytes,
        malformed);
  }

  private void startOffer(long nowNanos, TunnelKeyEffects out) {
    offerAtNanos = NEVER;
    if (offering != null) {
      return;
    }
    ExchangeId exchange = shared.nextExchange();
    int spi = shared.spis().take();
    KeyExchange.Offer secret = shared.exchange().offer();
    byte[] message = new Offer(exchange, spi, outboundSpi, secret.share()).encode();
    failures++;
    offering =
        new Offering(exchange, spi, secret, new Retry(message, 1, retryAt(nowNanos, failures)));
    out.send(peer, message);
  }

  /** Sends once more, or returns null when it has been sent often enough. */
  private @Nullable Retry again(long nowNanos, Retry retry, TunnelKeyEffects out) {
    if (retry.sends >= MAX_SENDS) {
      return null;
    }
    out.send(peer, retry.message);
    failures++;
    return new Retry(retry.message, retry.sends + 1, retryAt(nowNanos, failures));
  }

  /**
   * Exponential backoff; the second half of each wait is random, so that hosts do not fall into
   * step.
   */
  private long retryAt(long nowNanos, int sends) {
    long doubled = shared.config().retryMillis() << Math.min(Math.max(0, sends - 1), MAX_DOUBLINGS);
    long wait = Math.min(doubled, shared.config().maxRetryMillis()) * NANOS_PER_MILLI;
    return nowNanos + wait / 2 + shared.random().nextLong(wait / 2 + 1);
  }

  private void abandonExchanges() {
    dropOffering();
    answering = null;
    confirming = null;
    offerAtNanos = NEVER;
  }

  private void dropOffering() {
    if (offering != null) {
      shared.spis().giveBack(offering.spi);
      offering = null;
    }
  }

  private boolean isExchanging() {
    return offering != null || answering != null || confirming != null || offerAtNanos != NEVER;
  }

  private boolean isOursFirst() {
    return shared.self().compareTo(peer) < 0;
  }

  private boolean isOld(ExchangeId offered) {
    return newestAnswered != null
        && newestAnswered.instance() == offered.instance()
        && offered.number() <= newestAnswered.number();
  }

  private static Transcript transcript(NodeId offerer, NodeId answerer, ExchangeId exchange) {
    return new Transcript(offerer, answerer, exchange.instance(), exchange.number());
  }

  private static SaKeys direction(int spi, byte[] keyAndSalt) {
    return new SaKeys(
        spi,
        Arrays.copyOf(keyAndSalt, SaKeys.KEY_BYTES),
        Arrays.copyOfRange(keyAndSalt, SaKeys.KEY_BYTES, Secrets.DIRECTION_BYTES));
  }
}
