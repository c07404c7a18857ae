package io.weft.vxlan.reconcile;

import io.weft.vxlan.attach.PortWiring;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.LocalPort;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.desired.RemoteEndpoint;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.Namespaces;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Three hosts on one wire, each with one endpoint of one network, all in private namespaces. */
final class ThreeHosts implements AutoCloseable {

  static final int VXLAN_PORT = 7943;
  static final int VNI = 42;
  static final int MTU = 1400;
  private static final int ECHO_PORT = 7000;
  private static final int ATTEMPT_MILLIS = 500;

  final NetworkNamespace wire = Namespaces.create();
  final List<Host> hosts = new ArrayList<>();
  private final boolean ipv6Underlay;

  /** Whether broadcast and unknown stations are copied to the other hosts. */
  boolean flood = true;

  /** One host and its endpoint. */
  final class Host implements AutoCloseable {
    final int number;
    final NetworkNamespace namespace = Namespaces.create();
    final NetworkNamespace endpoint = Namespaces.create();
    final Kernel kernel = LinuxKernel.open(namespace);
    final Reconciler reconciler = new Reconciler(VXLAN_PORT, true);
    final String endpointId;

    Host(int number) {
      this.number = number;
      endpointId = "abcdef01230%d".formatted(number);
      kernel.change(
          new KernelChange.CreateVeth(
              new VethSpec("eth0", "", 1500, "to" + number, null, wire.fd())));
      kernel.change(
          new KernelChange.PutAddress("eth0", new IpPrefix(vtep(), ipv6Underlay ? 64 : 24)));
      kernel.change(new KernelChange.SetUp("eth0", true));
      kernel.change(new KernelChange.SetUp("lo", true));
    }

    InetAddress vtep() {
      return InetAddress.ofLiteral((ipv6Underlay ? "fd00:99::" : "10.99.0.") + number);
    }

    InetAddress ipv4() {
      return InetAddress.ofLiteral("10.42.0." + number);
    }

    InetAddress ipv6() {
      return InetAddress.ofLiteral("fd42::" + number);
    }

    MacAddress mac() {
      return MacAddress.parse("02:00:00:00:42:0" + number);
    }

    void attach() {
      new PortWiring(kernel)
          .attach(
              Namespaces.path(endpoint),
              "eth7",
              endpointId,
              mac(),
              List.of(new IpPrefix(ipv4(), 24), new IpPrefix(ipv6(), 64)),
              MTU,
              VNI);
    }

    ReconcileReport reconcile() {
      return reconciler.reconcile(kernel, VxlanFactory.IN_PLACE, desired(this));
    }

    @Override
    public void close() {
      kernel.close();
      endpoint.close();
      namespace.close();
    }
  }

  ThreeHosts(boolean ipv6Underlay) {
    this.ipv6Underlay = ipv6Underlay;
    for (int number = 1; number <= 3; number++) {
      hosts.add(new Host(number));
    }
    try (Kernel cable = LinuxKernel.open(wire)) {
      cable.change(new KernelChange.CreateBridge("wire", 1500));
      cable.change(new KernelChange.SetUp("wire", true));
      for (Host host : hosts) {
        cable.change(new KernelChange.SetMaster("to" + host.number, "wire"));
        cable.change(new KernelChange.SetUp("to" + host.number, true));
      }
    }
  }

  DesiredState desired(Host here) {
    List<RemoteEndpoint> remotes = new ArrayList<>();
    List<InetAddress> flood = new ArrayList<>();
    for (Host host : hosts) {
      if (host != here) {
        remotes.add(new RemoteEndpoint(host.mac(), List.of(host.ipv4(), host.ipv6()), host.vtep()));
        if (this.flood) {
          flood.add(host.vtep());
        }
      }
    }
    return new DesiredState(
        here.vtep(),
        List.of(
            new DesiredNetwork(VNI, MTU, List.of(new LocalPort(here.endpointId)), remotes, flood)),
        List.of());
  }

  /** Whether a datagram of that size gets from one endpoint to the other and back. */
  static boolean echo(Host from, Host to, boolean ipv6, int attempts) throws IOException {
    return echo(from.endpoint, to.endpoint, ipv6 ? to.ipv6() : to.ipv4(), attempts);
  }

  static boolean echo(NetworkNamespace from, NetworkNamespace to, InetAddress address, int attempts)
      throws IOException {
    byte[] sent = new byte[1200];
    sent[0] = 7;
    try (DatagramSocket server = to.call(() -> new DatagramSocket(ECHO_PORT, address));
        DatagramSocket client = from.call(() -> new DatagramSocket())) {
      server.setSoTimeout(ATTEMPT_MILLIS);
      client.setSoTimeout(ATTEMPT_MILLIS);
      for (int attempt = 0; attempt < attempts; attempt++) {
        try {
          client.send(new DatagramPacket(sent, sent.length, address, ECHO_PORT));
          DatagramPacket received = new DatagramPacket(new byte[1500], 1500);
          server.receive(received);
          server.send(received);
          client.receive(received);
          return received.getLength() == sent.length;
        } catch (SocketTimeoutException lost) {
          // Try again.
        }
      }
      return false;
    }
  }

  @Override
  public void close() {
    hosts.forEach(Host::close);
    wire.close();
  }
}
