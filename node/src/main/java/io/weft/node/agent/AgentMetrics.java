package io.weft.node.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.agent.HostCore;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.TunnelStats;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What the agent measures of itself, for Prometheus. */
final class AgentMetrics {
  private static final long LOOK_SECONDS = 2;

  private AgentMetrics() {}

  static void bind(MeterRegistry registry, ControlLoop loop, DataPlane plane) {
    new JvmMemoryMetrics().bindTo(registry);
    for (MemberState state : MemberState.values()) {
      gauge(
          registry,
          loop,
          "weft.members",
          state.name().toLowerCase(Locale.ROOT),
          core -> count(core, state));
    }
    gauge(registry, loop, "weft.registry.index", "applied", core -> core.registryIndex());
    gauge(registry, loop, "weft.endpoints", "local", core -> core.localEndpoints().size());
    gauge(
        registry,
        loop,
        "weft.links",
        "up",
        core -> core.links().stream().filter(link -> link.up()).count());
    gauge(
        registry,
        loop,
        "weft.inputs.rejected",
        "total",
        core -> core.rejected().values().stream().mapToLong(Long::longValue).sum());
    FunctionCounter.builder("weft.datagrams.dropped", loop, ControlLoop::droppedDatagrams)
        .description("datagrams that found the control loop's queue half full")
        .register(registry);
    tunnels(registry, plane, "weft.tunnel.tx.packets", TunnelStats::txPackets);
    tunnels(registry, plane, "weft.tunnel.rx.packets", TunnelStats::rxPackets);
    tunnels(registry, plane, "weft.tunnel.tx.bytes", TunnelStats::txBytes);
    tunnels(registry, plane, "weft.tunnel.rx.bytes", TunnelStats::rxBytes);
    tunnels(registry, plane, "weft.tunnel.replay.drops", TunnelStats::replayDrops);
    tunnels(registry, plane, "weft.tunnel.auth.drops", TunnelStats::authDrops);
  }

  private static double count(HostCore core, MemberState state) {
    return core.members().stream().map(Member::state).filter(state::equals).count();
  }

  private static void gauge(
      MeterRegistry registry,
      ControlLoop loop,
      String name,
      String state,
      ToDoubleFunction<HostCore> value) {
    Gauge.builder(name, loop, source -> ask(source, value)).tag("state", state).register(registry);
  }

  private static double ask(ControlLoop loop, ToDoubleFunction<HostCore> value) {
    try {
      return loop.look(value::applyAsDouble).get(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    } catch (ExecutionException | TimeoutException e) {
      return Double.NaN;
    }
  }

  private static void tunnels(
      MeterRegistry registry, DataPlane plane, String name, ToLongFunction<TunnelStats> value) {
    FunctionCounter.builder(name, plane, source -> source.tunnels().stream().mapToLong(value).sum())
        .register(registry);
  }
}
