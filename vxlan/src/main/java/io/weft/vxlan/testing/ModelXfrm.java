package io.weft.vxlan.testing;

import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.xfrm.Policy;
import io.weft.vxlan.xfrm.SaSpec;
import io.weft.vxlan.xfrm.SaState;
import io.weft.vxlan.xfrm.Xfrm;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The kernel's IPsec as a model in memory: what was added and put, and nothing of cryptography. */
public final class ModelXfrm implements Xfrm {

  private final List<SaState> associations = new ArrayList<>();
  private final List<Policy> policies = new ArrayList<>();

  @Override
  public List<SaState> associations() {
    return List.copyOf(associations);
  }

  @Override
  public List<Policy> policies() {
    return List.copyOf(policies);
  }

  @Override
  public void add(SaSpec sa) {
    int spi = sa.keys().spi();
    for (SaState other : associations) {
      if (other.spi() == spi && other.destination().equals(sa.destination())) {
        throw new KernelException(
            KernelException.Kind.EXISTS, "there is already " + sa.keys() + " to that address");
      }
    }
    associations.add(
        new SaState(sa.source(), sa.destination(), spi, sa.encapsulation(), 0, 0, 0, 0));
    associations.sort(SaState.ORDER);
  }

  @Override
  public void removeAssociation(InetAddress destination, int spi) {
    associations.removeIf(sa -> sa.spi() == spi && sa.destination().equals(destination));
  }

  @Override
  public void put(Policy policy) {
    remove(policy);
    policies.add(policy);
  }

  @Override
  public void remove(Policy policy) {
    policies.removeIf(
        other -> other.withRule(new Policy.Block()).equals(policy.withRule(new Policy.Block())));
  }

  @Override
  public void close() {}
}
