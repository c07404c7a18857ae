package io.weft.node.agent;

import io.weft.overlay.agent.WireOrder;

/** Makes and removes the interfaces of endpoints in the kernel. */
interface PortWirer {
  /** Makes an endpoint's pair of interfaces; throws with one clear line when it cannot. */
  void attach(WireOrder order);

  /** Removes an endpoint's interfaces, if they are there. */
  void detach(String endpointId);
}
