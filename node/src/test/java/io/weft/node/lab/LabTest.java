package io.weft.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.demo.Demo;
import io.weft.node.demo.DemoResult;
import io.weft.node.testing.FakeWeft;
import io.weft.node.testing.Netns;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab with real namespaces and processes, but with agents that only pretend. */
final class LabTest {
  private static final int MTU = 1500;

  @TempDir Path root = Path.of("unset");
  private LabFolder folder;
  private Lab lab;
  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void prepare() {
    try {
      NetworkNamespace.createPrivate().close();
    } catch (MissingCapabilityException e) {
      throw Netns.skipOrFail(e);
    }
    // Not under the names of the machine's root: two runs side by side must not meet.
    folder = new LabFolder(root.resolve("labs"), "t1", false);
    lab = new Lab(folder, AgentProgram.ofThisProcess(FakeWeft.class.getName()));
  }

  @AfterEach
  void remove() throws IOException {
    if (lab != null) { // null when skipped
      lab.down();
    }
  }

  private LabView up(int hosts) throws IOException {
    return lab.up(
        new LabOptions("t1", hosts, "user", MTU), (name, detail) -> progress.add(name), false);
  }

  @Test
  void anInterruptedDemoNamesTheStepThatWasRunning() throws Exception {
    Map<String, String> next = Map.of("hosts", "init", "init", "join", "join", "alive");
    for (Map.Entry<String, String> pair : next.entrySet()) {
      Consumer<DemoResult.Step> interrupter =
          step -> {
            if (step.ok() && step.name().equals(pair.getKey())) {
              Thread.currentThread().interrupt();
            }
          };
      DemoResult result = new Demo(lab, new LabOptions("t1", 2, "user", MTU), interrupter).run();
      boolean _ = Thread.interrupted();
      lab.down();
      assertThat(result.ok()).isFalse();
      assertThat(result.steps().getLast())
          .extracting(DemoResult.Step::name, DemoResult.Step::ok, DemoResult.Step::detail)
          .containsExactly(pair.getValue(), false, "interrupted");
    }
  }

  @Test
  void aLabComesUpIsBrokenAndMendedAndLeavesNothing() throws Exception {
    LabView view = up(2);
    assertThat(view.hosts()).extracting(LabView.Host::host).containsExactly(1, 2);
    assertThat(view.hosts()).extracting(LabView.Host::state).containsOnly("running");
    assertThat(view.hosts()).extracting(LabView.Host::address).contains("10.99.0.1", "10.99.0.2");
    assertThat(view.hosts()).allSatisfy(h -> assertThat(Path.of(h.netns())).exists());
    assertThat(progress).containsExactly("hosts", "init", "join", "alive");
    assertThatThrownBy(() -> up(2)).isInstanceOf(ApiException.class).hasMessageContaining("is up");
    assertThat(new ApiClient(lab.socket(2)).members().members()).hasSize(2);

    assertThat(lab.kill(2).hosts().get(1).state()).isEqualTo("dead");
    assertThat(lab.kill(2).hosts().get(1).state()).as("it is so already").isEqualTo("dead");
    for (ThrowingCallable impossible :
        List.<ThrowingCallable>of(() -> lab.stop(2), () -> lab.cont(2))) {
      assertThatThrownBy(impossible)
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND_OR_FALSE))
          .hasMessageContaining("weft lab start 2");
    }
    assertThat(lab.start(2).hosts().get(1).state()).isEqualTo("running");
    Integer pid = lab.status().hosts().get(1).pid();
    assertThat(lab.start(2).hosts().get(1).pid()).as("it is so already").isEqualTo(pid);
    lab.stop(1);
    await(() -> lab.status().hosts().getFirst().state().equals("stopped"));
    lab.stop(1);
    assertThatThrownBy(() -> lab.start(1))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("weft lab cont 1");
    lab.cont(1);
    lab.cont(1);
    await(() -> lab.status().hosts().getFirst().state().equals("running"));

    assertThat(reaches()).isTrue();
    assertThat(lab.partition(Partition.parse("1/2", false, 2)).cuts()).hasSize(2);
    assertThat(reaches()).isFalse();
    assertThat(lab.heal().cuts()).isEmpty();
    assertThat(reaches()).isTrue();
    lab.loss(2, 100);
    assertThat(reaches()).isFalse();
    assertThat(lab.loss(2, 0).lossPercent()).isEmpty();
    assertThat(reaches()).isTrue();

    List<ProcessRef> processes = processes();
    assertThat(lab.down()).isTrue();
    assertThat(processes).extracting(ProcessRef::condition).containsOnly(ProcessRef.Condition.GONE);
    assertThat(root.resolve("labs")).doesNotExist();
    assertThat(lab.down()).isFalse();
    assertThatThrownBy(() -> lab.status())
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND_OR_FALSE));
  }

  @Test
  void aLabWhoseAgentDoesNotComeUpIsRemovedAndSaysWhy() {
    assertThatThrownBy(
            () ->
                lab.up(
                    new LabOptions("t1", 2, "kernel", MTU),
                    (name, detail) -> progress.add(name),
                    false))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("this kernel has no ESP");
    assertThat(root.resolve("labs")).doesNotExist();
  }

  @Test
  void aLabThatLostItsStateIsTakenDownAllTheSame() throws Exception {
    up(1);
    List<ProcessRef> processes = processes();
    Files.delete(folder.path().resolve("state.json"));
    assertThat(lab.down()).isTrue();
    assertThat(processes).extracting(ProcessRef::condition).containsOnly(ProcessRef.Condition.GONE);
  }

  private List<ProcessRef> processes() {
    LabState state = folder.read().orElseThrow();
    List<ProcessRef> processes = new ArrayList<>();
    for (LabState.Host host : state.hosts()) {
      processes.add(host.namespace().holder());
      ProcessRef agent = host.agent();
      if (agent != null) {
        processes.add(agent);
      }
    }
    return processes;
  }

  private boolean reaches() {
    Path first = Path.of(lab.status().hosts().getFirst().netns());
    try (NetworkNamespace namespace = NetworkNamespace.open(first);
        Ping ping = new Ping(namespace)) {
      return ping.once(LabNetwork.address(2), 56, 300).isPresent();
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }
}
