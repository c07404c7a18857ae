package io.weft.vxlan.driver;

import io.weft.vxlan.desired.Encapsulation;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the way between two hosts costs in bytes: from the underlay's MTU to the greatest inner IP
 * packet that goes through unfragmented, exactly.
 *
 * <p>Outermost first: IP (20 or 40), with ESP in UDP another UDP header (8, RFC 3948), ESP's SPI
 * and sequence number (8) and explicit IV (8, RFC 4106), then encrypted VXLAN's UDP header (8),
 * VXLAN (8, RFC 7348), inner Ethernet (14), the inner packet, padding so that with its two bytes of
 * trailer all of it is a multiple of four (RFC 4303, section 2.4), and the ICV (16).
 */
public final class EspOverhead {
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int UDP_BYTES = 8;
  private static final int VXLAN_BYTES = 8;
  private static final int ETHERNET_BYTES = 14;
  private static final int ESP_HEADER_BYTES = 8;
  private static final int IV_BYTES = 8;
  private static final int ICV_BYTES = 16;
  private static final int TRAILER_BYTES = 2;
  private static final int PAD_TO = 4;

  /** What VXLAN puts around an inner IP packet, from its UDP header on, in bytes. */
  public static final int VXLAN_FROM_UDP = UDP_BYTES + VXLAN_BYTES + ETHERNET_BYTES;

  private EspOverhead() {}

  /** Length of the underlay's IP header for packets to and from this address, in bytes. */
  public static int ipHeaderBytes(InetAddress local) {
    return local instanceof Inet6Address ? IPV6_BYTES : IPV4_BYTES;
  }

  /**
   * Length of an ESP packet (SPI to ICV) around a payload.
   *
   * @param payloadBytes from VXLAN's UDP header on
   */
  public static int espBytes(int payloadBytes) {
    int body = (payloadBytes + TRAILER_BYTES + PAD_TO - 1) / PAD_TO * PAD_TO;
    return ESP_HEADER_BYTES + IV_BYTES + body + ICV_BYTES;
  }

  /**
   * Length on the underlay of the IP packet that carries an inner IP packet.
   *
   * @param encapsulation null: VXLAN in clear
   */
  public static int outerBytes(
      int innerBytes, InetAddress local, @Nullable Encapsulation encapsulation) {
    int payload = innerBytes + VXLAN_FROM_UDP;
    return ipHeaderBytes(local)
        + switch (encapsulation) {
          case null -> payload;
          case ESP -> espBytes(payload);
          case ESP_IN_UDP -> UDP_BYTES + espBytes(payload);
        };
  }

  /**
   * The greatest inner IP packet, in bytes, whose outer packet fits into the underlay's MTU.
   *
   * @param encapsulation null: VXLAN in clear
   * @throws IllegalArgumentException when not even an empty packet fits
   */
  public static int innerMtu(
      int underlayMtu, InetAddress local, @Nullable Encapsulation encapsulation) {
    int room = underlayMtu - ipHeaderBytes(local);
    int inner =
        switch (encapsulation) {
          case null -> room - VXLAN_FROM_UDP;
          case ESP -> insideEsp(room);
          case ESP_IN_UDP -> insideEsp(room - UDP_BYTES);
        };
    if (inner <= 0) {
      throw new IllegalArgumentException(
          "an underlay MTU of " + underlayMtu + " bytes leaves no room for the overlay");
    }
    return inner;
  }

  private static int insideEsp(int espRoom) {
    int body = (espRoom - ESP_HEADER_BYTES - IV_BYTES - ICV_BYTES) / PAD_TO * PAD_TO;
    return body - TRAILER_BYTES - VXLAN_FROM_UDP;
  }
}
