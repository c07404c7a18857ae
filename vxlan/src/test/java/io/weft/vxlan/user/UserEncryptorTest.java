package io.weft.vxlan.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.esp.AeadProvider;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.Namespaces;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserEncryptorTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  private static final int SPI = 0x1234;

  private static void send(NetworkNamespace from, byte[] data) throws IOException {
    try (DatagramSocket socket =
        from.call(() -> new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.2")))) {
      socket.send(new DatagramPacket(data, data.length, LOCAL, 7942));
    }
  }

  private static void awaitDrop(UserEncryptor encryptor, DropCause cause) throws Exception {
    for (int i = 0; i < 200 && encryptor.drops().getOrDefault(cause, 0L) == 0; i++) {
      Thread.sleep(20);
    }
    assertThat(encryptor.drops().get(cause)).as(cause.name()).isEqualTo(1);
  }

  @Test
  void whatIsNotAPeersEspIsDroppedAndCountedByCause() throws Exception {
    try (NetworkNamespace host = Namespaces.create()) {
      try (LinuxKernel kernel = LinuxKernel.open(host)) {
        kernel.change(new KernelChange.SetUp("lo", true));
      }
      try (UserEncryptor encryptor =
          host.call(() -> UserEncryptor.open(LOCAL, 7942, 7943, AeadProvider.best(), true))) {
        encryptor.publish(
            List.of(
                new DesiredTunnel(
                    InetAddress.ofLiteral("127.0.0.3"),
                    7942,
                    Encapsulation.ESP_IN_UDP,
                    List.of(new SecurityAssociation(SPI, new byte[32], new byte[4])),
                    null)));
        send(host, new byte[] {(byte) 0xff});
        awaitDrop(encryptor, DropCause.KEEPALIVE);
        send(host, new byte[48]);
        awaitDrop(encryptor, DropCause.NON_ESP_MARKER);
        send(host, new byte[] {1, 2, 3, 4});
        awaitDrop(encryptor, DropCause.MALFORMED);
        send(host, ByteBuffer.allocate(48).putInt(0x9999).array());
        awaitDrop(encryptor, DropCause.UNKNOWN_SPI);
        // An SPI that exists, but is another host's.
        send(host, ByteBuffer.allocate(48).putInt(SPI).array());
        awaitDrop(encryptor, DropCause.WRONG_SOURCE);
        assertThat(encryptor.failure()).isEmpty();
      }
    }
  }

  @Test
  void thePrivateNamespaceHasNoOtherLinkThanTheTap() { // INV-SEC-1
    try (NetworkNamespace host = Namespaces.create()) {
      try (LinuxKernel kernel = LinuxKernel.open(host)) {
        kernel.change(new KernelChange.SetUp("lo", true));
      }
      try (UserEncryptor encryptor =
              host.call(() -> UserEncryptor.open(LOCAL, 7942, 7943, AeadProvider.best(), true));
          LinuxKernel inside = LinuxKernel.open(encryptor.inside())) {
        assertThat(inside.links().stream().map(link -> link.name()))
            .containsExactlyInAnyOrder("lo", TapDevice.NAME);
      }
    }
  }
}
