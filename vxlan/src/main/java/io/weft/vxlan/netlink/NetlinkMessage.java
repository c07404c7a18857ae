package io.weft.vxlan.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One netlink message as received.
 *
 * @param type {@code nlmsg_type}
 * @param flags {@code nlmsg_flags}
 * @param sequence of the request that it answers
 * @param payload what follows the header, in the host's byte order
 */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {

  /**
   * Takes a datagram apart.
   *
   * @throws MalformedMessageException when lengths do not add up
   */
  static List<NetlinkMessage> split(byte[] datagram) {
    ByteBuffer all = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    int at = 0;
    while (at < datagram.length) {
      int left = datagram.length - at;
      int length = left < MessageWriter.HEADER_BYTES ? 0 : all.getInt(at);
      if (length < MessageWriter.HEADER_BYTES || length > left) {
        throw new MalformedMessageException(
            "a netlink message of " + length + " octets where " + left + " are left");
      }
      messages.add(
          new NetlinkMessage(
              Short.toUnsignedInt(all.getShort(at + 4)),
              Short.toUnsignedInt(all.getShort(at + 6)),
              all.getInt(at + 8),
              all.slice(at + MessageWriter.HEADER_BYTES, length - MessageWriter.HEADER_BYTES)
                  .order(ByteOrder.nativeOrder())));
      at += length + (-length & 3);
    }
    return messages;
  }

  /** The attributes after a fixed part of that many octets. */
  public Attributes attributes(int fixedBytes) {
    return Attributes.parse(payload, fixedBytes);
  }
}
