package io.weft.security.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Two cores in memory, with a network between them that the test holds. Checks at each effect that
 * no host sends on an association that the other has not installed, or has removed (INV-SEC-3), and
 * that SPIs are unique and from 256 on.
 */
final class TwoHosts {
  static final long SECOND = 1_000_000_000L;
  static final NodeId LOW = new NodeId("1".repeat(64));
  static final NodeId HIGH = new NodeId("e".repeat(64));

  final Host low;
  final Host high;
  final List<Letter> wire = new ArrayList<>();
  private final TunnelKeyConfig config;
  private final KeyExchange exchange;
  long nowNanos;

  @SuppressWarnings("ArrayRecordComponent") // compared by identity, never by content
  record Letter(NodeId from, NodeId to, byte[] payload) {}

  TwoHosts(TunnelKeyConfig config, KeyExchange exchange) {
    this.config = config;
    this.exchange = exchange;
    this.low = new Host(LOW, HIGH, 1);
    this.high = new Host(HIGH, LOW, 2);
  }

  final class Host implements TunnelKeyEffects {
    final NodeId self;
    final NodeId other;
    final TreeMap<Integer, SaKeys> inbound = new TreeMap<>();
    SaKeys outbound = new SaKeys(SaKeys.MIN_SPI, new byte[32], new byte[4]);
    boolean hasOutbound;
    int installs;
    TunnelKeyCore core;

    Host(NodeId self, NodeId other, long seed) {
      this.self = self;
      this.other = other;
      this.core = new TunnelKeyCore(self, config, exchange, new SplittableRandom(seed));
    }

    void step(TunnelKeyInput in) {
      core.step(nowNanos, in, this);
      checkTunnel();
    }

    void restart(long seed) {
      core = new TunnelKeyCore(self, config, exchange, new SplittableRandom(seed));
      inbound.clear();
      hasOutbound = false;
    }

    TunnelKeyStatus status() {
      return core.statuses().get(0);
    }

    @Override
    public void send(NodeId peer, byte[] payload) {
      assertThat(payload.length).isLessThanOrEqualTo(TunnelMessage.MAX_BYTES);
      wire.add(new Letter(self, peer, payload));
    }

    @Override
    public void installInbound(NodeId peer, SaKeys keys) {
      assertThat(keys.spi()).isGreaterThanOrEqualTo(256);
      assertThat(inbound.put(keys.spi(), keys)).as("an SPI that is in use").isNull();
      installs++;
    }

    @Override
    public void useOutbound(NodeId peer, SaKeys keys) {
      outbound = keys;
      hasOutbound = true;
    }

    @Override
    public void removeInbound(NodeId peer, int spi) {
      assertThat(inbound.remove(spi)).as("what is removed was installed").isNotNull();
    }

    @Override
    public void removeOutbound(NodeId peer, int spi) {
      if (hasOutbound && outbound.spi() == spi) {
        hasOutbound = false;
      }
    }
  }

  Host host(NodeId id) {
    return id.equals(LOW) ? low : high;
  }

  /** INV-SEC-3; off while a test lets a host forget all its keys. */
  boolean strict = true;

  private void checkTunnel() {
    if (!strict) {
      return;
    }
    for (Map.Entry<Host, Host> pair : List.of(Map.entry(low, high), Map.entry(high, low))) {
      Host sender = pair.getKey();
      if (sender.hasOutbound) {
        assertThat(pair.getValue().inbound.get(sender.outbound.spi()))
            .as("INV-SEC-3: what is sent on is installed at the other end")
            .isEqualTo(sender.outbound);
      }
    }
  }

  void bothUp() {
    low.step(new TunnelKeyInput.PeerUp(HIGH));
    high.step(new TunnelKeyInput.PeerUp(LOW));
  }

  void deliver(Letter letter) {
    host(letter.to()).step(new TunnelKeyInput.Message(letter.from(), letter.payload()));
  }

  /** Delivers all that is under way, and what comes of it. */
  void deliverAll() {
    while (!wire.isEmpty()) {
      deliver(wire.remove(0));
    }
  }

  /** Goes on to the next deadline of either. */
  void toNextDeadline() {
    long next = Math.min(low.core.nextDeadlineNanos(), high.core.nextDeadlineNanos());
    assertThat(next).isLessThan(Long.MAX_VALUE);
    nowNanos = Math.max(nowNanos, next);
    low.step(new TunnelKeyInput.Timer());
    high.step(new TunnelKeyInput.Timer());
  }

  /** Lets time pass, without loss. */
  void run(long nanos) {
    long end = nowNanos + nanos;
    deliverAll();
    while (Math.min(low.core.nextDeadlineNanos(), high.core.nextDeadlineNanos()) <= end) {
      toNextDeadline();
      deliverAll();
    }
    nowNanos = end;
  }

  void assertSettled() {
    for (Host host : List.of(low, high)) {
      assertThat(host.hasOutbound).isTrue();
      assertThat(host.status().exchanging()).isFalse();
      assertThat(host.inbound).as("old ones drained").hasSize(1);
      assertThat(host.inbound).containsKey(host.status().spiIn());
      assertThat(host.outbound.spi()).isEqualTo(host.status().spiOut());
    }
    checkTunnel();
    assertThat(low.outbound.key32()).isNotEqualTo(high.outbound.key32());
  }
}
