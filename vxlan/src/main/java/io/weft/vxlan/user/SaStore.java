package io.weft.vxlan.user;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.esp.AeadProvider;
import io.weft.vxlan.esp.InboundSa;
import io.weft.vxlan.esp.OutboundSa;
import io.weft.vxlan.esp.ReplayWindow;
import io.weft.vxlan.ffi.SocketAddresses;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns desired tunnels into tables for the encryptor's thread, and sees to INV-SEC-2 over all of
 * them: an SA that stays keeps its object, and a key that was taken away and comes back goes on
 * with its counter and its window. Of a key that is gone only a hash is kept.
 */
final class SaStore {
  /** How many keys' histories are remembered; far more than are ever alive between two hosts. */
  static final int MAX_REMEMBERED_KEYS = 16_384;

  private record Owned<T>(SecurityAssociation from, T sa) {}

  private final AeadProvider crypto;
  private final Map<ByteBuffer, AtomicLong> counters = remembering();
  private final Map<ByteBuffer, ReplayWindow> windows = remembering();
  private final SortedMap<InetAddress, PeerCounters> peers = new TreeMap<>(AddressOrder.BY_OCTETS);
  private Map<Integer, Owned<InboundSa>> inbound = Map.of();
  private Map<InetAddress, Owned<OutboundSa>> outbound = Map.of();

  SaStore(AeadProvider crypto) {
    this.crypto = crypto;
  }

  private static <T> Map<ByteBuffer, T> remembering() {
    return new LinkedHashMap<>(64, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<ByteBuffer, T> eldest) {
        return size() > MAX_REMEMBERED_KEYS;
      }
    };
  }

  /** The counters of a peer of the last table; null for another. */
  synchronized @Nullable PeerCounters counters(InetAddress peer) {
    return peers.get(peer);
  }

  /**
   * The table for these tunnels.
   *
   * @throws IllegalArgumentException when a key serves both directions, or an SPI two SAs: both
   *     would break what the encryption promises, so nothing is changed
   */
  synchronized TunnelTable build(List<DesiredTunnel> tunnels) {
    check(tunnels);
    Map<Integer, Owned<InboundSa>> nextInbound = new HashMap<>();
    Map<InetAddress, Owned<OutboundSa>> nextOutbound = new HashMap<>();
    Map<InetAddress, TunnelTable.Path> paths = new HashMap<>();
    Map<Integer, TunnelTable.Entrance> entrances = new HashMap<>();
    for (DesiredTunnel tunnel : tunnels) {
      InetAddress peer = tunnel.peer();
      PeerCounters counter = peers.computeIfAbsent(peer, address -> new PeerCounters());
      for (SecurityAssociation sa : tunnel.inbound()) {
        Owned<InboundSa> owned = inboundFor(sa);
        nextInbound.put(sa.spi(), owned);
        entrances.put(
            sa.spi(),
            new TunnelTable.Entrance(
                counter, AddressTable.high(peer), AddressTable.low(peer), owned.sa()));
      }
      @Nullable OutboundSa out = null;
      if (tunnel.outbound() != null) {
        Owned<OutboundSa> owned = outboundFor(peer, tunnel.outbound());
        nextOutbound.put(peer, owned);
        out = owned.sa();
      }
      paths.put(
          peer,
          new TunnelTable.Path(
              counter, SocketAddresses.encode(Arena.ofAuto(), peer, tunnel.udpPort()), out));
    }
    inbound = nextInbound;
    outbound = nextOutbound;
    peers.keySet().retainAll(paths.keySet());
    return TunnelTable.of(paths, entrances);
  }

  private static void check(List<DesiredTunnel> tunnels) {
    Set<ByteBuffer> inboundKeys = new HashSet<>();
    Set<Integer> spis = new HashSet<>();
    for (DesiredTunnel tunnel : tunnels) {
      for (SecurityAssociation sa : tunnel.inbound()) {
        inboundKeys.add(fingerprint(sa));
        if (!spis.add(sa.spi())) {
          throw new IllegalArgumentException("two inbound SAs have one SPI: " + sa);
        }
      }
    }
    for (DesiredTunnel tunnel : tunnels) {
      if (tunnel.outbound() != null && inboundKeys.contains(fingerprint(tunnel.outbound()))) {
        throw new IllegalArgumentException(
            "one key must not serve both directions: " + tunnel.outbound());
      }
    }
  }

  private Owned<InboundSa> inboundFor(SecurityAssociation from) {
    Owned<InboundSa> known = inbound.get(from.spi());
    if (known != null && known.from().equals(from)) {
      return known;
    }
    ReplayWindow window = windows.computeIfAbsent(fingerprint(from), key -> new ReplayWindow());
    return new Owned<>(
        from, new InboundSa(from.spi(), from.salt4(), crypto.create(from.key32()), window));
  }

  private Owned<OutboundSa> outboundFor(InetAddress peer, SecurityAssociation from) {
    Owned<OutboundSa> known = outbound.get(peer);
    if (known != null && known.from().equals(from)) {
      return known;
    }
    AtomicLong counter = counters.computeIfAbsent(fingerprint(from), key -> new AtomicLong());
    return new Owned<>(
        from, new OutboundSa(from.spi(), from.salt4(), crypto.create(from.key32()), counter));
  }

  /** Of the key and salt together: these, with the counter, make the nonce. */
  private static ByteBuffer fingerprint(SecurityAssociation sa) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(sa.key32());
      return ByteBuffer.wrap(hash.digest(sa.salt4()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
