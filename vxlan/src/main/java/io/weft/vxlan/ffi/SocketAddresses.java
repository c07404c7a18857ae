package io.weft.vxlan.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} (16 bytes) and {@code sockaddr_in6} (28 bytes) in native memory. */
public final class SocketAddresses {
  /** Length of {@code struct sockaddr_in}, in bytes. */
  public static final int INET_BYTES = 16;

  /** Length of {@code struct sockaddr_in6}, in bytes: enough for either family. */
  public static final int INET6_BYTES = 28;

  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SocketAddresses() {}

  /** Address family of an address: {@link Sockets#AF_INET} or {@link Sockets#AF_INET6}. */
  public static int family(InetAddress address) {
    return address instanceof Inet6Address ? Sockets.AF_INET6 : Sockets.AF_INET;
  }

  public static MemorySegment encode(SegmentAllocator arena, InetAddress address, int port) {
    boolean six = address instanceof Inet6Address;
    MemorySegment out = arena.allocate(six ? INET6_BYTES : INET_BYTES, 8);
    out.set(ValueLayout.JAVA_SHORT, 0, (short) family(address));
    out.set(PORT, 2, (short) port);
    byte[] bytes = address.getAddress();
    MemorySegment.copy(bytes, 0, out, JAVA_BYTE, six ? 8 : 4, bytes.length);
    if (address instanceof Inet6Address scoped) {
      out.set(ValueLayout.JAVA_INT, 24, scoped.getScopeId());
    }
    return out;
  }

  /**
   * Reads a sockaddr as the kernel wrote it.
   *
   * @throws IllegalArgumentException for a family other than IPv4 and IPv6
   */
  public static InetSocketAddress decode(MemorySegment sockaddr) {
    int family = sockaddr.get(ValueLayout.JAVA_SHORT, 0);
    if (family != Sockets.AF_INET && family != Sockets.AF_INET6) {
      throw new IllegalArgumentException("not an IP socket address: family " + family);
    }
    byte[] bytes = new byte[family == Sockets.AF_INET6 ? 16 : 4];
    MemorySegment.copy(
        sockaddr, JAVA_BYTE, family == Sockets.AF_INET6 ? 8 : 4, bytes, 0, bytes.length);
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes), Short.toUnsignedInt(sockaddr.get(PORT, 2)));
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
