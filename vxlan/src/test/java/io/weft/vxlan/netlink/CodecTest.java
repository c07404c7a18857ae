package io.weft.vxlan.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Golden octets are those of a little-endian machine. */
class CodecTest {

  @BeforeEach
  void onlyLittleEndian() {
    Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void aMessageIsHeaderFixedPartAndPaddedNestedAttributes() {
    MessageWriter message = new MessageWriter(16, Netlink.ACK).u8(7).u8(0).u16(1).be32(5);
    int outer = message.begin(18);
    message.attributeString(1, "vxlan").attributeU8(7, 0).attributeBe16(15, 7943);
    message.end(outer).attributeU32(4, 1400);
    assertThat(HexFormat.of().formatHex(message.finish(9)))
        .isEqualTo(
            "40000000"
                + "1000"
                + "0500"
                + "09000000"
                + "00000000" // header
                + "0700010000000005" // fixed part
                + "20001200" // nest of 4 + 12 + 8 + 8 octets
                + "0a000100"
                + "76786c616e000000" // "vxlan", zero, padding
                + "05000700"
                + "00000000"
                + "06000f00"
                + "1f070000"
                + "08000400"
                + "78050000");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    MessageWriter message = new MessageWriter(20, 0).u32(1);
    int nest = message.begin(3);
    message.attributeU8(1, 200).attributeU32(2, -5).end(nest);
    message.attributeBe16(4, 65535).attributeString(5, "wfb1").attributeU8(1, 1).attributeU8(1, 2);
    NetlinkMessage read = NetlinkMessage.split(message.finish(77)).getFirst();
    assertThat(read.type()).isEqualTo(20);
    assertThat(read.sequence()).isEqualTo(77);
    Attributes all = read.attributes(4);
    assertThat(all.nested(3).u8(1, 0)).isEqualTo(200);
    assertThat(all.nested(3).u32(2, 0)).isEqualTo(-5);
    assertThat(all.be16(4, 0)).isEqualTo(65535);
    assertThat(all.string(5, "")).isEqualTo("wfb1");
    assertThat(all.u8(1, 0)).as("the last of a type counts").isEqualTo(2);
    assertThat(all.u8(99, 42)).as("absent").isEqualTo(42);
  }

  @Test
  void theKernelsOwnWordsAreInTheRefusal() {
    ByteBuffer payload = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder()).putInt(-22);
    MessageWriter attribute = new MessageWriter(0, 0).attributeString(1, "Invalid VNI");
    byte[] tail = attribute.finish(0);
    ByteBuffer whole = ByteBuffer.allocate(20 + tail.length - 16).order(ByteOrder.nativeOrder());
    whole.put(payload.array()).put(tail, 16, tail.length - 16);
    int flags = Netlink.CAPPED | Netlink.ACK_ATTRIBUTES;
    NetlinkException refused =
        NetlinkSocket.refusal(new NetlinkMessage(Netlink.TYPE_ERROR, flags, 1, whole))
            .orElseThrow();
    assertThat(refused.errno()).isEqualTo(22);
    assertThat(refused).hasMessageContaining("EINVAL").hasMessageContaining("Invalid VNI");
  }

  @Test
  void aTooLongMessageIsRefusedBeforeItIsSent() {
    MessageWriter message = new MessageWriter(16, 0);
    assertThatThrownBy(() -> message.zeros(MessageWriter.MAX_MESSAGE_BYTES))
        .isInstanceOf(IllegalStateException.class);
  }

  @Property
  void anyOctetsAreReadOrRefusedAsMalformed(@ForAll byte[] octets) {
    try {
      List<NetlinkMessage> messages = NetlinkMessage.split(octets);
      messages.forEach(message -> message.attributes(0).nested(1));
    } catch (MalformedMessageException expected) {
      assertThat(expected).hasMessageContaining("octets");
    }
  }
}
