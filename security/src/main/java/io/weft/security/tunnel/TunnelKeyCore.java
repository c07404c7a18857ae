package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;
import io.weft.security.tunnel.TunnelMessage.ExchangeId;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Agrees on the keys of the tunnels to all peers and replaces them in time, without losing a
 * packet. Sans-I/O: it has no clock, no sockets and no threads; {@link #step} is called by one
 * thread with the time and what happened, and does what it wants through the effects. The messages
 * it sends must go by links on which the peer has proved its id, for they do not prove it
 * themselves.
 */
public final class TunnelKeyCore {
  private final Shared shared;
  private final TreeMap<NodeId, PeerKeys> peers = new TreeMap<>();

  /** What the exchanges with all peers have in common. */
  static final class Shared {
    private final NodeId self;
    private final TunnelKeyConfig config;
    private final KeyExchange exchange;
    private final RandomGenerator random;
    private final SpiPool spis;
    private final long instance;
    private long offers;

    Shared(NodeId self, TunnelKeyConfig config, KeyExchange exchange, RandomGenerator random) {
      this.self = self;
      this.config = config;
      this.exchange = exchange;
      this.random = random;
      this.spis = new SpiPool(random);
      this.instance = random.nextLong();
    }

    NodeId self() {
      return self;
    }

    TunnelKeyConfig config() {
      return config;
    }

    KeyExchange exchange() {
      return exchange;
    }

    RandomGenerator random() {
      return random;
    }

    SpiPool spis() {
      return spis;
    }

    ExchangeId nextExchange() {
      return new ExchangeId(instance, ++offers);
    }
  }

  /**
   * A core without peers.
   *
   * @param self this host
   * @param config when and how patiently
   * @param exchange how secrets are agreed on; {@link HybridExchange} where it counts
   * @param random for SPIs and jitter, not for keys
   */
  public TunnelKeyCore(
      NodeId self, TunnelKeyConfig config, KeyExchange exchange, RandomGenerator random) {
    this.shared = new Shared(self, config, exchange, random);
  }

  /**
   * Takes in what happened, and does what follows from it.
   *
   * @param nowNanos a clock that never goes back; its zero does not matter
   * @param in what happened
   * @param out what does what this core wants
   */
  public void step(long nowNanos, TunnelKeyInput in, TunnelKeyEffects out) {
    switch (in) {
      case TunnelKeyInput.PeerUp(NodeId peer) -> {
        if (peer.equals(shared.self())) {
          throw new IllegalArgumentException("a host has no tunnel to itself");
        }
        peers.computeIfAbsent(peer, id -> new PeerKeys(id, shared)).up(nowNanos, out);
      }
      case TunnelKeyInput.PeerDown(NodeId peer) -> {
        PeerKeys known = peers.get(peer);
        if (known != null) {
          known.down();
        }
      }
      case TunnelKeyInput.PeerGone(NodeId peer) -> {
        PeerKeys known = peers.remove(peer);
        if (known != null) {
          known.gone(out);
        }
      }
      case TunnelKeyInput.Message message -> {
        PeerKeys known = peers.get(message.peer());
        if (known != null) {
          known.received(nowNanos, message.payload(), out);
        }
      }
      case TunnelKeyInput.Rekey rekey ->
          peers.forEach(
              (id, known) -> {
                if (rekey.peer() == null || rekey.peer().equals(id)) {
                  known.rekey(nowNanos, out);
                }
              });
      case TunnelKeyInput.Sent sent -> {
        PeerKeys known = peers.get(sent.peer());
        if (known != null) {
          known.sent(nowNanos, sent.packets(), sent.bytes(), out);
        }
      }
      case TunnelKeyInput.Timer() -> peers.values().forEach(known -> known.timer(nowNanos, out));
    }
  }

  /**
   * When a {@link TunnelKeyInput.Timer} is due at the latest; {@link Long#MAX_VALUE} when nothing
   * is waited for.
   */
  public long nextDeadlineNanos() {
    long next = Long.MAX_VALUE;
    for (PeerKeys known : peers.values()) {
      next = Math.min(next, known.nextDeadlineNanos());
    }
    return next;
  }

  /** How things stand with each peer, in the order of their ids. */
  public List<TunnelKeyStatus> statuses() {
    return peers.values().stream().map(PeerKeys::status).toList();
  }
}
