package io.weft.simulator.fleet;

import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.testing.ModelXfrm;
import io.weft.vxlan.xfrm.Policy;
import io.weft.vxlan.xfrm.SaSpec;
import io.weft.vxlan.xfrm.SaState;
import io.weft.vxlan.xfrm.Xfrm;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The model of a host's IPsec, which also knows the keys: the packet walk compares them. */
final class FleetXfrm implements Xfrm {
  private ModelXfrm model = new ModelXfrm();
  private final Map<String, SaSpec> specs = new TreeMap<>();
  private List<Policy> policies = List.of();
  private final SaListener listener;

  /** Hears of each association that is added. */
  interface SaListener {
    void added(SaSpec association);
  }

  FleetXfrm(SaListener listener) {
    this.listener = listener;
  }

  /** The machine loses power: nothing of it is left. */
  void clear() {
    model = new ModelXfrm();
    specs.clear();
    policies = List.of();
  }

  @Override
  public List<SaState> associations() {
    return model.associations();
  }

  @Override
  public List<Policy> policies() {
    return policies;
  }

  @Override
  public void add(SaSpec sa) {
    model.add(sa);
    specs.put(key(sa.destination(), sa.keys().spi()), sa);
    listener.added(sa);
  }

  @Override
  public void removeAssociation(InetAddress destination, int spi) {
    model.removeAssociation(destination, spi);
    specs.remove(key(destination, spi));
  }

  @Override
  public void put(Policy policy) {
    model.put(policy);
    policies = model.policies();
  }

  @Override
  public void remove(Policy policy) {
    model.remove(policy);
    policies = model.policies();
  }

  @Override
  public void close() {}

  /** The association to a destination with this SPI, or null. */
  @Nullable SaSpec association(InetAddress destination, int spi) {
    return specs.get(key(destination, spi));
  }

  /** All that is there. */
  List<SaSpec> specs() {
    return new ArrayList<>(specs.values());
  }

  boolean has(InetAddress destination, SecurityAssociation keys) {
    SaSpec spec = association(destination, keys.spi());
    return spec != null && spec.keys().equals(keys);
  }

  private static String key(InetAddress destination, int spi) {
    return destination.getHostAddress() + "/" + Integer.toHexString(spi);
  }
}
