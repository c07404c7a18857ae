package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Arrays;

/** A UDP socket in some namespace. */
final class Echo implements AutoCloseable {
  static final int PORT = 7007;
  private static final int TIMEOUT_MILLIS = 500;
  private static final int MAX_BYTES = 65_536;

  private final DatagramSocket socket;

  Echo(Path netns) throws IOException {
    this(netns, PORT);
  }

  Echo(Path netns, int port) throws IOException {
    try (NetworkNamespace namespace = NetworkNamespace.open(netns)) {
      socket = namespace.call(() -> new DatagramSocket(port));
    }
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  void send(InetAddress to, int port, byte[] payload) throws IOException {
    socket.send(new DatagramPacket(payload, payload.length, to, port));
  }

  /** Whether this very payload comes in, whatever else does. */
  boolean receives(byte[] payload) throws IOException {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        socket.receive(packet);
        if (Arrays.equals(payload, Arrays.copyOf(packet.getData(), packet.getLength()))) {
          return true;
        }
      }
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  /** There and back again: one datagram each way. */
  static void untilEchoed(AcceptanceLab.Attached from, AcceptanceLab.Attached to, byte[] payload)
      throws Exception {
    try (Echo near = new Echo(from.netns());
        Echo far = new Echo(to.netns())) {
      AcceptanceLab.until(
          "UDP from " + from.view().name() + " to " + to.view().name() + " and back",
          () -> {
            near.send(to.address(), PORT, payload);
            if (!far.receives(payload)) {
              return false;
            }
            far.send(from.address(), PORT, payload);
            return near.receives(payload);
          });
    }
    assertThat(payload).isNotEmpty();
  }

  @Override
  public void close() {
    socket.close();
  }
}
