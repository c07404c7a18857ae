package io.weft.vxlan.user;

import io.weft.vxlan.esp.AeadProvider;
import io.weft.vxlan.esp.InboundSa;
import io.weft.vxlan.esp.OutboundSa;
import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.SocketAddresses;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Two UDP sockets on loopback: what is sent to the one is read as datagrams from the other. */
final class Wire implements AutoCloseable {
  static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  static final int SPI = 0x1234;
  private static final byte[] KEY = new byte[32];
  private static final byte[] SALT = new byte[4];
  private static final int BUFFER_BYTES = 70_000;

  final Arena arena = Arena.ofShared();
  final Drops drops = new Drops();
  final PeerCounters counters = new PeerCounters();
  final int sender = udp();
  final int receiver = udp();
  final OutboundSa out = new OutboundSa(SPI, SALT, AeadProvider.best().create(KEY));
  final TunnelTable.Path path;
  final TunnelTable.Entrance entrance =
      new TunnelTable.Entrance(
          counters,
          AddressTable.high(LOCAL),
          AddressTable.low(LOCAL),
          new InboundSa(SPI, SALT, AeadProvider.best().create(KEY)));
  private final MemorySegment read = arena.allocate(BUFFER_BYTES);

  Wire() {
    MemorySegment bound = arena.allocate(SocketAddresses.INET6_BYTES, 8);
    Sockets.getsockname(receiver, bound);
    int port = Short.toUnsignedInt(bound.get(Packets.NET16, 2));
    MemorySegment address = SocketAddresses.encode(arena, LOCAL, port);
    Sockets.connect(sender, address);
    path = new TunnelTable.Path(counters, address, out);
  }

  private int udp() {
    int fd = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK, 0);
    Sockets.bind(fd, SocketAddresses.encode(arena, LOCAL, 0));
    MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 4 << 20);
    Sockets.setsockopt(fd, 1, 8, size);
    return fd;
  }

  /** All datagrams that have come. */
  List<byte[]> drain() {
    List<byte[]> all = new ArrayList<>();
    while (true) {
      long length = Descriptors.tryRead(receiver, read, BUFFER_BYTES);
      if (length < 0) {
        return all;
      }
      all.add(read.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Override
  public void close() {
    Descriptors.close(sender);
    Descriptors.close(receiver);
    arena.close();
  }
}
