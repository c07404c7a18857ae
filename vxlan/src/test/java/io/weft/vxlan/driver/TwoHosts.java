package io.weft.vxlan.driver;

import io.weft.vxlan.attach.PortWiring;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.LocalPort;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.desired.RemoteEndpoint;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.Namespaces;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two hosts with one cable between them, an endpoint on each, all in private namespaces. */
final class TwoHosts implements AutoCloseable {
  static final int VNI = 77;
  static final String CABLE = "eth0";
  private static final int ECHO_PORT = 7000;
  private static final int ATTEMPT_MILLIS = 300;

  final boolean ipv6Underlay;
  final Host one;
  final Host two;

  /** A veth carries what a network card would cut apart: let the stack do it, to see packets. */
  void cutSuperFramesBeforeTheCable() throws IOException, InterruptedException {
    for (Host host : List.of(one, two)) {
      Process ip =
          host.namespace.call(
              () ->
                  new ProcessBuilder("ip", "link", "set", CABLE, "gso_max_segs", "1")
                      .inheritIO()
                      .start());
      if (ip.waitFor() != 0) {
        throw new IOException("gso_max_segs cannot be set");
      }
    }
  }

  /** One host, its endpoint and its data plane once opened. */
  final class Host implements AutoCloseable {
    final int number;
    final NetworkNamespace namespace = Namespaces.create();
    final NetworkNamespace endpoint = Namespaces.create();
    final Kernel kernel = LinuxKernel.open(namespace);
    @Nullable DataPlane plane;

    /** Set before the driver is opened: as on an older kernel. */
    boolean withoutSuperFrames;

    Host(int number) {
      this.number = number;
    }

    InetAddress vtep() {
      return InetAddress.ofLiteral((ipv6Underlay ? "fd00:98::" : "10.98.0.") + number);
    }

    InetAddress inner(boolean six) {
      return InetAddress.ofLiteral((six ? "fd77::" : "10.77.0.") + number);
    }

    MacAddress mac() {
      return MacAddress.parse("02:00:00:00:77:0" + number);
    }

    LocalPort port() {
      return new LocalPort("abcdef00770%d".formatted(number));
    }

    void underlay() {
      kernel.change(
          new KernelChange.PutAddress(CABLE, new IpPrefix(vtep(), ipv6Underlay ? 64 : 24)));
      kernel.change(new KernelChange.SetUp(CABLE, true));
      kernel.change(new KernelChange.SetUp("lo", true));
    }

    DataPlane open(DriverChoice driver) {
      DataPlaneConfig wanted = DataPlaneConfig.of(driver, vtep());
      DataPlaneConfig config = withoutSuperFrames ? wanted.withoutSuperFrames() : wanted;
      DataPlane opened = namespace.call(() -> DataPlane.open(config));
      plane = opened;
      return opened;
    }

    void attach(int mtu) {
      new PortWiring(kernel)
          .attach(
              Namespaces.path(endpoint),
              "eth7",
              port().endpointId(),
              mac(),
              List.of(new IpPrefix(inner(false), 24), new IpPrefix(inner(true), 64)),
              mtu,
              VNI);
    }

    TunnelStats stats() {
      return plane().tunnels().getFirst();
    }

    DataPlane plane() {
      if (plane == null) {
        throw new IllegalStateException("not opened");
      }
      return plane;
    }

    @Override
    public void close() {
      if (plane != null) {
        plane.close();
      }
      kernel.close();
      endpoint.close();
      namespace.close();
    }
  }

  TwoHosts(boolean ipv6Underlay) {
    this.ipv6Underlay = ipv6Underlay;
    one = new Host(1);
    two = new Host(2);
    one.kernel.change(
        new KernelChange.CreateVeth(
            new VethSpec(CABLE, "", 1500, CABLE, null, two.namespace.fd())));
    one.underlay();
    two.underlay();
  }

  /** The key for what goes from one host to the other, in its nth generation. */
  static SecurityAssociation key(int from, int to, int generation) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) (from * 16 + to));
    key[0] = (byte) generation;
    return new SecurityAssociation(0x1000 + generation * 256 + from * 16 + to, key, new byte[4]);
  }

  DesiredState desired(Host here, int mtu) {
    Host there = here == one ? two : one;
    return desired(
        here,
        mtu,
        new DesiredTunnel(
            there.vtep(),
            DataPlaneConfig.DEFAULT_ESP_UDP_PORT,
            Encapsulation.ESP_IN_UDP,
            List.of(key(there.number, here.number, 1)),
            key(here.number, there.number, 1)));
  }

  DesiredState desired(Host here, int mtu, DesiredTunnel tunnel) {
    return desired(here, mtu, List.of(tunnel));
  }

  DesiredState desired(Host here, int mtu, List<DesiredTunnel> tunnels) {
    Host there = here == one ? two : one;
    return new DesiredState(
        here.vtep(),
        List.of(
            new DesiredNetwork(
                VNI,
                mtu,
                List.of(here.port()),
                List.of(
                    new RemoteEndpoint(
                        there.mac(), List.of(there.inner(false), there.inner(true)), there.vtep())),
                List.of(there.vtep()))),
        tunnels);
  }

  /** Opens both, attaches both endpoints and applies the full desired state; returns the MTU. */
  int up(DriverChoice driver) {
    int mtu = one.open(driver).innerMtu(1500);
    two.open(driver);
    one.attach(mtu);
    two.attach(mtu);
    for (Host host : List.of(one, two)) {
      ApplyReport report = host.plane().apply(desired(host, mtu));
      if (!report.complete()) {
        throw new AssertionError(report.failures());
      }
    }
    return mtu;
  }

  /** Whether a datagram with that content gets from the first endpoint to the second and back. */
  boolean echo(boolean six, byte[] content, int attempts) throws IOException {
    InetAddress address = two.inner(six);
    try (DatagramSocket server = two.endpoint.call(() -> new DatagramSocket(ECHO_PORT, address));
        DatagramSocket client = one.endpoint.call(() -> new DatagramSocket())) {
      server.setSoTimeout(ATTEMPT_MILLIS);
      client.setSoTimeout(ATTEMPT_MILLIS);
      for (int attempt = 0; attempt < attempts; attempt++) {
        try {
          client.send(new DatagramPacket(content, content.length, address, ECHO_PORT));
          DatagramPacket got = new DatagramPacket(new byte[65_000], 65_000);
          server.receive(got);
          server.send(new DatagramPacket(got.getData(), got.getLength(), got.getSocketAddress()));
          DatagramPacket back = new DatagramPacket(new byte[65_000], 65_000);
          client.receive(back);
          if (Arrays.equals(back.getData(), 0, back.getLength(), content, 0, content.length)) {
            return true;
          }
        } catch (SocketTimeoutException e) {
          // Lost: once more.
        }
      }
      return false;
    }
  }

  /** Sends that content by TCP and returns what arrived. */
  byte[] tcp(boolean six, byte[] content) throws IOException, InterruptedException {
    InetAddress address = two.inner(six);
    try (ServerSocket server = two.endpoint.call(() -> new ServerSocket(ECHO_PORT, 1, address));
        Socket client = one.endpoint.call(() -> new Socket(address, ECHO_PORT));
        Socket accepted = server.accept()) {
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      client.getOutputStream().write(content);
                      client.shutdownOutput();
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      byte[] got = accepted.getInputStream().readAllBytes();
      sender.join();
      return got;
    }
  }

  @Override
  public void close() {
    one.close();
    two.close();
  }
}
