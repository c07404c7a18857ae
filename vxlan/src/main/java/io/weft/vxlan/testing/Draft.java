package io.weft.vxlan.testing;

import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.kernel.BridgeSettings;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.PortSettings;
import org.jspecify.annotations.Nullable;

/** A copy of a device's state in which single parts can be changed. */
final class Draft {

  private final LinkState from;
  private String name;
  private int mtu;
  private @Nullable MacAddress mac;
  private boolean up;
  private @Nullable String master;
  private boolean autoconf;
  private @Nullable BridgeSettings bridge;
  private @Nullable PortSettings port;

  Draft(LinkState from) {
    this.from = from;
    name = from.name();
    mtu = from.mtu();
    mac = from.mac();
    up = from.up();
    master = from.master();
    autoconf = from.ipv6Autoconf();
    bridge = from.bridge();
    port = from.port();
  }

  Draft name(String value) {
    name = value;
    return this;
  }

  Draft mtu(int value) {
    mtu = value;
    return this;
  }

  Draft mac(MacAddress value) {
    mac = value;
    return this;
  }

  Draft up(boolean value) {
    up = value;
    return this;
  }

  Draft master(@Nullable String value) {
    master = value;
    return this;
  }

  Draft autoconf(boolean value) {
    autoconf = value;
    return this;
  }

  Draft bridge(BridgeSettings value) {
    bridge = value;
    return this;
  }

  Draft port(@Nullable PortSettings value) {
    port = value;
    return this;
  }

  LinkState done() {
    return new LinkState(
        from.index(),
        name,
        from.kind(),
        mtu,
        mac,
        up,
        master,
        autoconf,
        from.alias(),
        from.vxlan(),
        bridge,
        port);
  }
}
