package io.weft.vxlan.driver;

import io.weft.vxlan.desired.DesiredState;

/** What the drivers' messages say of the configuration. */
final class Setting {
  static final String ESP_UDP_PORT = "ESP in UDP";
  static final String VXLAN_PORT = "VXLAN";

  private Setting() {}

  /** The sockets are bound to one address: another needs the data plane to be opened anew. */
  static void checkLocal(DataPlaneConfig config, DesiredState desired) {
    if (!desired.localVtep().equals(config.local())) {
      throw new IllegalArgumentException(
          "the desired state is for the underlay address "
              + desired.localVtep().getHostAddress()
              + ", but the data plane was opened on "
              + config.local().getHostAddress());
    }
  }
}
