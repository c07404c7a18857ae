package io.weft.vxlan.user;

import io.weft.vxlan.esp.InboundSa;
import io.weft.vxlan.esp.OutboundSa;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All SAs at one moment, immutable: published as a whole to the encryptor's thread.
 *
 * @param outbound by the peer's underlay address
 * @param inbound by SPI
 */
record TunnelTable(AddressTable<Path> outbound, SpiTable inbound) {

  /** The way to a peer; without an SA nothing is sent. */
  record Path(PeerCounters counters, MemorySegment sockaddr, @Nullable OutboundSa sa) {}

  /** What we accept from a peer; high and low are its address. */
  record Entrance(PeerCounters counters, long high, long low, InboundSa sa) {}

  /** An immutable map from SPIs, open addressing, at most half full. */
  static final class SpiTable {
    private final @Nullable Entrance[] entries;

    SpiTable(Map<Integer, Entrance> bySpi) {
      int size = Integer.highestOneBit(Math.max(bySpi.size(), 1) * 4);
      entries = new Entrance[size];
      bySpi.forEach(
          (spi, entrance) -> {
            int at = spi & (size - 1);
            while (entries[at] != null) {
              at = (at + 1) & (size - 1);
            }
            entries[at] = entrance;
          });
    }

    @Nullable Entrance get(int spi) {
      int at = spi & (entries.length - 1);
      for (; ; at = (at + 1) & (entries.length - 1)) {
        Entrance entrance = entries[at];
        if (entrance == null || entrance.sa().spi() == spi) {
          return entrance;
        }
      }
    }
  }

  static TunnelTable of(Map<InetAddress, Path> paths, Map<Integer, Entrance> entrances) {
    return new TunnelTable(new AddressTable<>(paths), new SpiTable(entrances));
  }

  static TunnelTable empty() {
    return of(Map.of(), Map.of());
  }
}
