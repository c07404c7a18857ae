package io.weft.node.agent;

import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.PlanFailure;
import io.weft.overlay.agent.WireOrder;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.driver.ApplyFailure;
import io.weft.vxlan.driver.ApplyReport;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.TunnelStats;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the kernel. Plans that come while one is applied are merged: only the
 * newest counts, as each is whole. The last plan is applied again from time to time, so that what
 * somebody else broke is mended.
 */
final class DataPlaneWorker implements AutoCloseable {
  /** The last plan is applied again so often. */
  static final long RESYNC_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(DataPlaneWorker.class);

  private record Plan(long version, DesiredState desired) {}

  private record Sent(long packets, long bytes) {}

  private final DataPlane plane;
  private final PortWirer ports;
  private final Consumer<HostInput> inputs;
  private final Consumer<String> failed;
  private final AtomicReference<@Nullable Plan> next = new AtomicReference<>();
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final Map<InetAddress, Sent> told = new HashMap<>();
  private final Thread thread;
  private @Nullable Plan current;
  private String lastFailure = "";
  private volatile boolean closed;

  /**
   * A worker that has yet to be started.
   *
   * @param failed told when nothing can be applied or carried any more, and why: a host without a
   *     data plane must not stand in the cluster as one that has it
   */
  DataPlaneWorker(
      DataPlane plane, PortWirer ports, Consumer<HostInput> inputs, Consumer<String> failed) {
    this.plane = plane;
    this.ports = ports;
    this.inputs = inputs;
    this.failed = failed;
    this.thread = Thread.ofPlatform().name("weft-dataplane").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void plan(long version, DesiredState desired) {
    next.set(new Plan(version, desired));
    work.add(() -> {});
  }

  void wire(WireOrder order) {
    work.add(
        () -> {
          String error = null;
          try {
            ports.attach(order);
          } catch (RuntimeException e) {
            error = line(e);
          }
          inputs.accept(new HostInput.Wired(order.endpointId(), error));
        });
  }

  void unwire(String endpointId) {
    work.add(
        () -> {
          String error = null;
          try {
            ports.detach(endpointId);
          } catch (RuntimeException e) {
            error = line(e);
            LOG.warn("event=detach-failed endpoint={} cause=\"{}\"", endpointId, error);
          }
          inputs.accept(new HostInput.Unwired(endpointId, error));
        });
  }

  private static String line(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  private void run() {
    try {
      work();
    } catch (Error e) {
      failed.accept("the data plane's thread ended: " + e);
      throw e;
    }
  }

  private void work() {
    while (!closed) {
      try {
        Runnable task = work.poll(RESYNC_MILLIS, TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run();
        }
        Plan fresh = next.getAndSet(null);
        if (fresh != null) {
          current = fresh;
          apply(fresh, true);
        } else if (task == null && current != null) {
          apply(current, false);
        }
        tellCarried();
        Optional<String> broken = plane.failure();
        if (broken.isPresent()) {
          failed.accept(broken.get());
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.error("event=dataplane-failed", e);
      }
    }
  }

  private void apply(Plan plan, boolean tell) {
    List<PlanFailure> failures = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try {
      ApplyReport report = plane.apply(plan.desired());
      for (ApplyFailure failure : report.failures()) {
        lines.add(failure.text());
        String device = failure.device();
        if (device != null) { // tunnels come up by themselves, whenever their peers can
          failures.add(new PlanFailure(device, failure.text()));
        }
      }
      if (!tell && report.changes() > 0) {
        LOG.warn("event=dataplane-mended changes={}", report.changes());
      }
    } catch (RuntimeException e) {
      LOG.debug("apply failed", e);
      lines.add(line(e));
      failures.add(new PlanFailure(null, line(e)));
    }
    String failure = String.join("; ", lines);
    if (!failure.equals(lastFailure)) {
      lastFailure = failure;
      if (!failure.isEmpty()) {
        LOG.warn("event=dataplane-incomplete cause=\"{}\"", failure);
      }
    }
    if (tell) {
      inputs.accept(new HostInput.PlanApplied(plan.version(), failures));
    }
  }

  /** The key exchange wants to know how much went under a key. */
  private void tellCarried() {
    for (TunnelStats tunnel : plane.tunnels()) {
      Sent before = told.getOrDefault(tunnel.peer(), new Sent(0, 0));
      Sent now = new Sent(tunnel.txPackets(), tunnel.txBytes());
      if (now.packets() > before.packets()) {
        inputs.accept(
            new HostInput.Carried(
                tunnel.peer(), now.packets() - before.packets(), now.bytes() - before.bytes()));
      }
      told.put(tunnel.peer(), now);
    }
  }

  @Override
  public void close() {
    closed = true;
    work.add(() -> {});
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
