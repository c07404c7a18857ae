package io.weft.gossip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * An IP address and a port, never a name: resolving names is left to whoever reads configuration.
 *
 * @param ip IPv4 or IPv6
 * @param port 0 to 65535; 0 only to ask a transport for any free one
 */
public record PeerAddress(InetAddress ip, int port) implements Comparable<PeerAddress> {

  private static final int MAX_PORT = 65_535;

  public PeerAddress {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is outside 0..65535");
    }
  }

  /** The same as a socket address. */
  public static PeerAddress of(InetSocketAddress socket) {
    return new PeerAddress(socket.getAddress(), socket.getPort());
  }

  /** From 4 or 16 raw bytes. */
  public static PeerAddress of(byte[] ip, int port) {
    try {
      return new PeerAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + ip.length, e);
    }
  }

  /**
   * Reads {@code 10.0.0.1:7940} or {@code [fd00::1]:7940}; no names are resolved.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static PeerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw bad(text, "it has no port");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      throw bad(text, "an IPv6 address needs brackets");
    }
    String literal = bracketed ? host.substring(1, host.length() - 1) : host;
    InetAddress ip;
    try {
      ip = InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      throw bad(text, "'" + literal + "' is not an IP address");
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw bad(text, "its port is not a number");
    }
    if (port < 1 || port > MAX_PORT) {
      throw bad(text, "its port is outside 1..65535");
    }
    return new PeerAddress(ip, port);
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException(
        "'" + text + "' is not an address (" + why + "): write 10.0.0.1:7940 or [fd00::1]:7940");
  }

  /** For the socket APIs. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(ip, port);
  }

  @Override
  public int compareTo(PeerAddress other) {
    int byIp = Arrays.compareUnsigned(ip.getAddress(), other.ip.getAddress());
    return byIp != 0 ? byIp : Integer.compare(port, other.port);
  }

  /** {@code 10.0.0.1:7940} or {@code [::1]:7940}. */
  @Override
  public String toString() {
    String host = IpText.of(ip);
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
