package io.weft.vxlan.xfrm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.netlink.MessageWriter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Offsets and sizes are those that a C compiler gives for {@code linux/xfrm.h}. */
class XfrmCodecTest {

  private static final int HEADER = MessageWriter.HEADER_BYTES;
  private static final InetAddress HERE = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress PEER = InetAddress.ofLiteral("10.0.0.2");

  private static SaSpec spec() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 0x11);
    byte[] salt = {1, 2, 3, 4};
    return new SaSpec(
        HERE,
        PEER,
        7943,
        new SecurityAssociation(0x01020304, key, salt),
        new UdpEncapsulation(7942, 7950));
  }

  @Test
  void anAssociationHasTheKernelsLayout() {
    byte[] octets = XfrmCodec.addAssociation(spec()).finish(1);
    ByteBuffer message = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
    int aead = HEADER + XfrmCodec.SA_BYTES;
    int replay = aead + 4 + 72 + 36;
    int encap = replay + 4 + 24 + 2048 / 8;
    assertThat(octets).hasSize(encap + 4 + 24);
    assertThat(Arrays.copyOfRange(octets, HEADER + 56, HEADER + 60)).isEqualTo(PEER.getAddress());
    assertThat(Arrays.copyOfRange(octets, HEADER + 72, HEADER + 77))
        .containsExactly(1, 2, 3, 4, 50); // SPI in network order, ESP
    assertThat(Arrays.copyOfRange(octets, HEADER + 80, HEADER + 84)).isEqualTo(HERE.getAddress());
    assertThat(message.getInt(HEADER + 208)).isEqualTo(Xfrm.REQUEST_ID);
    assertThat(message.get(HEADER + 216)).as("ESN").isEqualTo((byte) 0x80);
    assertThat(new String(octets, aead + 4, 17, StandardCharsets.US_ASCII))
        .isEqualTo("rfc4106(gcm(aes))");
    assertThat(message.getInt(aead + 68)).as("bits of key and salt").isEqualTo(288);
    assertThat(message.getInt(aead + 72)).as("bits of the ICV").isEqualTo(128);
    assertThat(Arrays.copyOfRange(octets, aead + 107, aead + 112))
        .containsExactly(0x11, 1, 2, 3, 4);
    assertThat(message.getInt(replay + 4)).as("words of the window").isEqualTo(64);
    assertThat(message.getInt(replay + 24)).as("packets of the window").isEqualTo(2048);
    assertThat(Arrays.copyOfRange(octets, encap + 6, encap + 10))
        .containsExactly(7942 >> 8, (byte) 7942, 7950 >> 8, (byte) 7950);
  }

  @Test
  void aPolicyHasTheKernelsLayout() {
    Policy policy =
        new Policy(
            Direction.OUT,
            IpPrefix.host(HERE),
            IpPrefix.host(PEER),
            7943,
            new Policy.Protect(0x01020304));
    byte[] octets = XfrmCodec.putPolicy(policy).finish(1);
    ByteBuffer message = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
    int template = HEADER + XfrmCodec.POLICY_BYTES;
    assertThat(octets).hasSize(template + 4 + 64);
    assertThat(message.getInt(HEADER + 152)).isEqualTo(Xfrm.PROTECT_PRIORITY);
    assertThat(message.get(HEADER + 160)).isEqualTo((byte) 1);
    assertThat(Arrays.copyOfRange(octets, template + 20, template + 25))
        .containsExactly(1, 2, 3, 4, 50);
    assertThat(message.getInt(template + 48)).isEqualTo(Xfrm.REQUEST_ID);
    byte[] block = XfrmCodec.putPolicy(policy.withRule(new Policy.Block())).finish(1);
    assertThat(block).as("no template").hasSize(template);
    assertThat(block[HEADER + 161]).as("action").isEqualTo((byte) 1);
  }
}
