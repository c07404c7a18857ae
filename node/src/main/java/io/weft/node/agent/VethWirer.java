package io.weft.node.agent;

import io.weft.overlay.agent.WireOrder;
import io.weft.vxlan.attach.PortWiring;
import java.nio.file.Path;

/** Makes endpoints' interfaces as veth pairs in this host's kernel. */
final class VethWirer implements PortWirer {
  private final PortWiring wiring;

  VethWirer(PortWiring wiring) {
    this.wiring = wiring;
  }

  @Override
  public void attach(WireOrder order) {
    wiring.attach(
        Path.of(order.netns()),
        order.ifName(),
        order.endpointId(),
        order.mac(),
        order.addresses(),
        order.mtu(),
        order.vni());
  }

  @Override
  public void detach(String endpointId) {
    wiring.detach(endpointId);
  }
}
