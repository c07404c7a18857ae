package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.agent.WireOrder;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.driver.ApplyReport;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.DriverKind;
import io.weft.vxlan.driver.TunnelStats;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A host whose data plane is gone must not stand in the cluster as one that has it. */
class DataPlaneWorkerTest {
  private static final long PATIENCE_SECONDS = 60;

  private static final PortWirer NO_THREAD =
      new PortWirer() {
        @Override
        public void attach(WireOrder order) {
          throw new OutOfMemoryError("unable to create native thread");
        }

        @Override
        public void detach(String endpointId) {
          throw new OutOfMemoryError("unable to create native thread");
        }
      };

  /** Carries nothing; it may have stopped for a reason. */
  private record Plane(Optional<String> failure) implements DataPlane {
    @Override
    public DriverKind kind() {
      return DriverKind.CLEAR;
    }

    @Override
    public String why() {
      return "for this test";
    }

    @Override
    public int innerMtu(int underlayMtu) {
      return underlayMtu;
    }

    @Override
    public ApplyReport apply(DesiredState desired) {
      return new ApplyReport(0, List.of());
    }

    @Override
    public List<TunnelStats> tunnels() {
      return List.of();
    }

    @Override
    public Set<String> ports() {
      return Set.of();
    }

    @Override
    public void close() {}
  }

  private static String toldBy(Plane plane) throws Exception {
    CompletableFuture<String> told = new CompletableFuture<>();
    try (DataPlaneWorker worker =
        new DataPlaneWorker(plane, NO_THREAD, input -> {}, told::complete)) {
      worker.start();
      if (plane.failure().isEmpty()) {
        worker.unwire("ab");
      } else {
        worker.plan(1, new DesiredState(InetAddress.getLoopbackAddress(), List.of(), List.of()));
      }
      return told.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void anErrorInItsThreadIsTold() throws Exception {
    assertThat(toldBy(new Plane(Optional.empty()))).contains("unable to create native thread");
  }

  @Test
  void aDriverThatHasStoppedIsTold() throws Exception {
    assertThat(toldBy(new Plane(Optional.of("the encryptor has stopped: no room"))))
        .isEqualTo("the encryptor has stopped: no room");
  }
}
