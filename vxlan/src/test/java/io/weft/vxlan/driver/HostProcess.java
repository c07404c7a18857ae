package io.weft.vxlan.driver;

import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.LocalPort;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.desired.RemoteEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** A data plane of the first of {@link TwoHosts} in a process of its own, to be killed. */
final class HostProcess {
  private HostProcess() {}

  /** Arguments: own and peer's underlay address, endpoint id, MTU, peer's MAC and inner address. */
  public static void main(String[] args) throws IOException {
    InetAddress local = InetAddress.ofLiteral(args[0]);
    InetAddress peer = InetAddress.ofLiteral(args[1]);
    RemoteEndpoint remote =
        new RemoteEndpoint(
            MacAddress.parse(args[4]), List.of(InetAddress.ofLiteral(args[5])), peer);
    DesiredNetwork network =
        new DesiredNetwork(
            TwoHosts.VNI,
            Integer.parseInt(args[3]),
            List.of(new LocalPort(args[2])),
            List.of(remote),
            List.of(peer));
    DesiredTunnel tunnel =
        new DesiredTunnel(
            peer,
            DataPlaneConfig.DEFAULT_ESP_UDP_PORT,
            Encapsulation.ESP_IN_UDP,
            List.of(TwoHosts.key(2, 1, 1)),
            TwoHosts.key(1, 2, 1));
    try (DataPlane plane = DataPlane.open(DataPlaneConfig.of(DriverChoice.USER, local))) {
      ApplyReport report = plane.apply(new DesiredState(local, List.of(network), List.of(tunnel)));
      System.out.println(report.complete() ? "ready" : report.failures().toString());
      // Until it is killed, or the test that started it has ended.
      int _ = System.in.read();
    }
  }
}
