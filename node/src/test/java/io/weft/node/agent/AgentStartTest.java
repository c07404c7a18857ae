package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.config.EffectiveConfig;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.overlay.registry.RegistryState;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.attach.PortWiring;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent makes of what it finds when it starts; a real one, in a namespace of its own. */
@Tag("netns")
class AgentStartTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("10.98.0.1");
  private static final int MTU = 1400;
  private static final int VNI = 77;

  @TempDir Path directory = Path.of("set by JUnit");
  private @Nullable NetworkNamespace host;
  private @Nullable NetworkNamespace container;

  @BeforeEach
  void host() throws IOException {
    try {
      host = NetworkNamespace.createPrivate();
      container = NetworkNamespace.createPrivate();
    } catch (MissingCapabilityException e) {
      String required = System.getenv("WEFT_REQUIRE");
      if (required != null && List.of(required.split(",", -1)).contains("netns")) {
        Assertions.fail("WEFT_REQUIRE names netns", e);
      }
      Assumptions.abort(String.valueOf(e.getMessage()));
    }
    try (LinuxKernel kernel = LinuxKernel.open(host)) {
      kernel.change(new KernelChange.PutAddress("lo", new IpPrefix(LOCAL, 32)));
      kernel.change(new KernelChange.SetUp("lo", true));
    }
    new HostBootstrap().init(null, overrides());
  }

  @AfterEach
  void remove() {
    if (container != null) {
      container.close();
    }
    if (host != null) {
      host.close();
    }
  }

  private SortedMap<String, String> overrides() {
    SortedMap<String, String> overrides = new TreeMap<>();
    overrides.put("dataDir", directory.resolve("data").toString());
    overrides.put("socket", directory.resolve("weft.sock").toString());
    overrides.put("name", "one");
    overrides.put("advertise", LOCAL.getHostAddress());
    overrides.put("driver", "clear");
    return overrides;
  }

  private HostFiles files() {
    return new HostFiles(directory.resolve("data"));
  }

  private AgentProcess started() throws IOException {
    return started(overrides());
  }

  private AgentProcess started(SortedMap<String, String> overrides) throws IOException {
    EffectiveConfig settings = Settings.effective(null, overrides);
    return namespace(host).call(() -> AgentProcess.start(settings));
  }

  private static NetworkNamespace namespace(@Nullable NetworkNamespace made) {
    if (made == null) {
      throw new IllegalStateException("no namespace was made");
    }
    return made;
  }

  private void leavesOneInterface(String endpointId) {
    try (LinuxKernel kernel = LinuxKernel.open(namespace(host))) {
      new PortWiring(kernel)
          .attach(
              Path.of("/proc/self/fd/" + namespace(container).fd()),
              "eth0",
              endpointId,
              MacAddress.parse("02:00:00:00:00:01"),
              List.of(IpPrefix.host(InetAddress.ofLiteral("10.42.0.1"))),
              MTU,
              VNI);
    }
    assertThat(devices()).contains(DeviceNames.port(endpointId));
  }

  private List<String> devices() {
    try (LinuxKernel kernel = LinuxKernel.open(namespace(host))) {
      return kernel.links().stream().map(link -> link.name()).toList();
    }
  }

  private boolean noEndpointIsKept() {
    try {
      return files().loadLocal().endpoints().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Test
  void anInterfaceOfAnEndpointThatIsNoMoreIsTakenOff() throws Exception { // INV-IPAM-1
    leavesOneInterface("aabbccddeeff0011");
    try (AgentProcess _ = started()) {
      assertThat(devices()).doesNotContain(DeviceNames.port("aabbccddeeff0011"));
    }
  }

  @Test
  void aSecondAgentInTheNamespaceIsRefusedAndTouchesNothing() throws Exception {
    SortedMap<String, String> second = overrides();
    second.put("dataDir", directory.resolve("second").toString());
    second.put("socket", directory.resolve("second.sock").toString());
    List.of("gossip.port", "admin.port", "esp.port", "vxlan.port")
        .forEach(key -> second.put(key, Integer.toString(7950 + second.size())));
    new HostBootstrap().init(null, second);
    try (AgentProcess process = started()) {
      leavesOneInterface("aabbccddeeff0033");
      assertThatThrownBy(() -> started(second))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("another agent runs in this network namespace");
      assertThat(devices()).contains(DeviceNames.port("aabbccddeeff0033"));
      assertThat(process.purgeWanted()).isFalse();
    }
    try (AgentProcess next = started(second)) {
      assertThat(next.purgeWanted()).isFalse();
    }
  }

  @Test
  void anEndpointThatWasHalfMadeIsTakenBack() throws Exception { // INV-IPAM-1
    String id = "aabbccddeeff0022";
    leavesOneInterface(id);
    EndpointRecord record =
        new EndpointRecord(
            id,
            "web",
            "n1",
            VNI,
            List.of(InetAddress.ofLiteral("10.42.0.1")),
            MacAddress.parse("02:00:00:00:00:01"),
            new TreeMap<>(),
            1);
    files()
        .saveLocal(
            LocalState.NONE.with(List.of(new LocalEndpoint(record, "blue", "/n", "eth0", false))));
    try (AgentProcess _ = started()) {
      until("its interface is gone", () -> !devices().contains(DeviceNames.port(id)));
      until("it is off the disk", () -> noEndpointIsKept());
    }
  }

  @Test
  void aConfigurationThatNamesAnotherClusterIsRefused() throws Exception {
    SortedMap<String, String> overrides = overrides();
    overrides.put("cluster", "other");
    assertThatThrownBy(() -> started(overrides))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("cluster 'other'")
        .hasMessageContaining("cluster 'weft'");
    overrides.put("cluster", "weft");
    try (AgentProcess process = started(overrides)) {
      assertThat(process.purgeWanted()).isFalse();
    }
  }

  @Test
  void aHostThatHasLeftDoesNotStartAgain() throws Exception {
    knowsOfItself(RegistryCommand.ReleaseHost::new);
    assertThatThrownBy(this::started)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("this host has left its cluster")
        .hasMessageContaining("join again with a token");
  }

  @Test
  void aHostThatIsShutOutDoesNotStartAgain() throws Exception {
    knowsOfItself(RegistryCommand.RevokeHost::new);
    assertThatThrownBy(this::started)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("this host is shut out of its cluster")
        .hasMessageContaining("join again with a token");
  }

  /** Its copy of the registry holds this of it, beside that another host founded the cluster. */
  private void knowsOfItself(Function<NodeId, RegistryCommand> last) throws IOException {
    NodeId self = files().loadIdentity().id();
    NodeId other = NodeId.ofBytes(new byte[NodeId.BYTES]);
    Blob blob = Blob.of(new byte[] {1});
    RegistryState state = new RegistryState();
    List<RegistryCommand> log =
        List.of(
            new RegistryCommand.CreateGenesis("weft", blob, other, "two", blob, 10_000),
            new RegistryCommand.RegisterHost(self, "one"),
            last.apply(self));
    for (int i = 0; i < log.size(); i++) {
      byte[] key = ByteBuffer.allocate(RegistryLimits.IDEMPOTENCY_KEY_BYTES).putInt(i + 1).array();
      byte[] _ = state.apply(i + 1, 1_000, RegistryCodec.encode(key, log.get(i)));
    }
    files().saveRegistry(log.size(), state.snapshot());
  }

  @Test
  void aHostThatHasSeenItsClusterFoundsNoSecondOneWhenItsLogIsLost() throws Exception {
    try (AgentProcess process = started()) {
      until("the cluster is founded", () -> Files.exists(directory.resolve("data/registry")));
      assertThat(process).isNotNull();
    }
    assertThat(files().loadWrappedCaKey()).as("kept until the next start").isNotNull();
    HostFiles.deleteTree(files().raft());
    try (AgentProcess _ = started()) {
      assertThat(files().loadWrappedCaKey()).isNull();
    }
  }

  @Test
  void twoEndpointsInOneNamespaceGetNamesOfTheirOwn() throws Exception {
    try (AgentProcess process = started()) {
      assertThat(process.purgeWanted()).isFalse();
      ApiClient client = new ApiClient(directory.resolve("weft.sock"));
      until("the cluster is founded", () -> client.status().state().equals("alive"));
      client.createNetwork(
          new CreateNetworkRequest("blue", "10.42.0.0/16", null, null, null, null));
      String netns = "/proc/self/fd/" + namespace(container).fd();
      for (String name : List.of("a", "b")) {
        client.attach(new AttachRequest("blue", netns, null, name, null, null));
      }
      try (LinuxKernel inside = LinuxKernel.open(namespace(container))) {
        assertThat(inside.links().stream().map(link -> link.name()))
            .containsExactlyInAnyOrder("lo", "weft0", "weft1");
      }
    }
  }

  @Test
  void anAgentThatCannotStartLeavesNothingOpenSoThatTheNextOneStarts() throws Exception {
    Path taken = directory.resolve("data/generation");
    Files.createDirectory(taken);
    assertThatThrownBy(this::started).isInstanceOf(ApiException.class);
    Files.delete(taken);
    try (AgentProcess process = started()) {
      assertThat(process.purgeWanted()).isFalse();
    }
  }
}
