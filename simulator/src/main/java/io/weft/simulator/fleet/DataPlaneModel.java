package io.weft.simulator.fleet;

import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.PlanFailure;
import io.weft.overlay.agent.WireOrder;
import io.weft.vxlan.desired.DesiredState;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One life of the agent's data-plane worker: works off wirings in order and applies the newest
 * plan, each after a short while.
 */
final class DataPlaneModel {
  private static final long MIN_NANOS = 1_000_000L;
  private static final long SPREAD_NANOS = 8_000_000L;

  private record Plan(long version, DesiredState desired) {}

  private final FleetHost host;
  private final long life;
  private final RandomGenerator random;
  private @Nullable Plan next;
  private long busyUntilNanos;

  DataPlaneModel(FleetHost host, long life, RandomGenerator random) {
    this.host = host;
    this.life = life;
    this.random = random;
  }

  private void later(Runnable work) {
    long begin = Math.max(host.world().nowNanos(), busyUntilNanos);
    busyUntilNanos = begin + MIN_NANOS + random.nextLong(SPREAD_NANOS);
    host.turns().at(life, busyUntilNanos, work);
  }

  void plan(long version, DesiredState desired) {
    host.fleet.judge().planned(host, desired);
    next = new Plan(version, desired);
    later(this::applyNext);
  }

  private void applyNext() {
    Plan plan = next;
    if (plan == null) {
      return; // a newer one came, and was applied in its place
    }
    next = null;
    List<PlanFailure> failures = host.kernel().apply(plan.desired());
    host.world().trace().add(plan.version());
    host.fleet.judge().applied(host, plan.desired());
    host.put(life, new HostInput.PlanApplied(plan.version(), failures));
  }

  void wire(WireOrder order) {
    later(
        () -> {
          String error = host.kernel().attach(order);
          host.fleet.judge().kernelChanged(host);
          host.put(life, new HostInput.Wired(order.endpointId(), error));
        });
  }

  void unwire(String endpointId) {
    later(
        () -> {
          host.kernel().detach(endpointId);
          host.fleet.judge().kernelChanged(host);
          host.put(life, new HostInput.Unwired(endpointId, null));
        });
  }
}
