package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.lab.Lab;
import io.weft.node.lab.LabOptions;
import io.weft.node.lab.Ping;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A lab with real agents for one test class, under a name that no other run has. */
final class AcceptanceLab implements AutoCloseable {
  static final int MTU = 1500;
  private static final int PING_TIMEOUT_MILLIS = 500;
  private static final int PAYLOAD_BYTES = 56;
  private static final int POLL_MILLIS = 50;
  private static final int PATIENCE_SECONDS = 60;

  /** Something attached, and the namespace it was put in. */
  record Attached(int host, EndpointView view, Path netns) {
    InetAddress address() {
      return InetAddress.ofLiteral(view.ip());
    }
  }

  /** What may throw anything. */
  interface Condition {
    boolean holds() throws Exception;
  }

  private final String name;
  private final int hosts;
  private final Lab lab;
  private final Map<Path, Ping> pings = new HashMap<>();

  private AcceptanceLab(String name, int hosts) {
    this.name = name;
    this.hosts = hosts;
    this.lab = new Lab(name, WeftProcess.PROGRAM);
  }

  /** Skips with the reason where namespaces cannot be made, or fails if they are required. */
  static void requireNamespaces() {
    try {
      NetworkNamespace.createPrivate().close();
    } catch (MissingCapabilityException e) {
      String required = System.getenv("WEFT_REQUIRE");
      if (required != null && List.of(required.split(",", -1)).contains("netns")) {
        Assertions.fail("WEFT_REQUIRE names netns", e);
      }
      Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }

  /** A lab that is up, all agents alive. */
  static AcceptanceLab up(int hosts) throws IOException {
    requireNamespaces();
    String name = "acc-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    AcceptanceLab made = new AcceptanceLab(name, hosts);
    made.lab.up(new LabOptions(name, hosts, "auto", MTU), (step, detail) -> {}, false);
    return made;
  }

  String name() {
    return name;
  }

  Lab lab() {
    return lab;
  }

  int hosts() {
    return hosts;
  }

  ApiClient client(int host) {
    return new ApiClient(lab.socket(host));
  }

  /** Runs a command to its end that asks this host's agent. */
  Outcome weft(int host, String... args) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--socket", lab.socket(host).toString()));
    return WeftProcess.run(null, folder(), all);
  }

  /** Where everything of this lab lies. */
  Path folder() {
    return hostFolder(1).resolveSibling(".").normalize();
  }

  /** Where a host's configuration, data and log lie. */
  Path hostFolder(int host) {
    return lab.socket(host).resolveSibling(".").normalize();
  }

  Path config(int host) {
    return hostFolder(host).resolve("weft.yaml");
  }

  Path data(int host) {
    return hostFolder(host).resolve("data");
  }

  NetworkNamespace hostNamespace(int host) {
    return NetworkNamespace.open(Path.of(lab.status().hosts().get(host - 1).netns()));
  }

  /** The router between all hosts: what passes here is what is on the wires. */
  NetworkNamespace wire() throws IOException {
    String holder = Files.readString(folder().resolve("holder")).strip();
    return NetworkNamespace.open(Path.of("/proc", holder, "ns", "net"));
  }

  NetworkView createNetwork(int host, String network, String subnet) {
    return client(host)
        .createNetwork(new CreateNetworkRequest(network, subnet, null, null, null, null));
  }

  /** Attaches in a fresh namespace on that host, once the host knows of the network. */
  Attached attach(int host, String network, String endpoint) throws Exception {
    until(
        "host " + host + " knows " + network,
        () -> client(host).networks().networks().stream().anyMatch(n -> n.name().equals(network)));
    Path netns = lab.newEndpointNamespace();
    EndpointView view =
        client(host)
            .attach(
                new AttachRequest(
                    network, netns.toString(), null, endpoint, new TreeMap<>(), null));
    return new Attached(host, view, netns);
  }

  boolean pings(Attached from, Attached to) {
    Ping ping =
        pings.computeIfAbsent(
            from.netns(),
            path -> {
              try (NetworkNamespace namespace = NetworkNamespace.open(path)) {
                return new Ping(namespace);
              }
            });
    return ping.once(to.address(), PAYLOAD_BYTES, PING_TIMEOUT_MILLIS).isPresent();
  }

  /** Waits until each of these reaches each other (INV-NET-1). */
  void untilAllPing(List<Attached> endpoints) throws Exception {
    for (Attached from : endpoints) {
      for (Attached to : endpoints) {
        if (!from.equals(to) && from.view().network().equals(to.view().network())) {
          until(from.view().name() + " reaches " + to.view().name(), () -> pings(from, to));
        }
      }
    }
  }

  /** What a host believes of another, by name. */
  String stateOf(int observer, int host) {
    return client(observer).members().members().stream()
        .filter(member -> member.name().equals("host" + host))
        .map(MemberView::state)
        .findFirst()
        .orElse("unknown");
  }

  /** Waits until every one of these hosts sees every other alive. */
  void untilAllAlive() throws Exception {
    for (int observer = 1; observer <= hosts; observer++) {
      for (int host = 1; host <= hosts; host++) {
        untilState(observer, host, "alive");
      }
    }
  }

  void untilState(int observer, int host, String state) throws Exception {
    until(
        "host " + observer + " holds host " + host + " " + state,
        () -> stateOf(observer, host).equals(state));
  }

  /** The kinds of events that a host has had about a host of that name, in order. */
  List<String> eventsAbout(int observer, int host) {
    List<String> types = new ArrayList<>();
    client(observer)
        .events(0)
        .events()
        .forEach(
            event -> {
              if (event.subject().equals("host" + host)) {
                types.add(event.type());
              }
            });
    return types;
  }

  /** Polls; what is thrown on the way counts as "not yet", and is told when time is up. */
  static void until(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Exception last = null;
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
        last = null;
      } catch (ApiException e) {
        last = e;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what, last);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Removes all of it; what was left over is said by {@link #down}. */
  @Override
  public void close() throws IOException {
    pings.values().forEach(Ping::close);
    pings.clear();
    lab.down();
  }

  /** Takes the lab down and sees that nothing of it is left on this machine. */
  void down() throws Exception {
    pings.values().forEach(Ping::close);
    pings.clear();
    Path folder = folder();
    assertThat(lab.down()).isTrue();
    assertThat(folder).doesNotExist();
    assertThat(boundNames()).noneMatch(file -> file.contains(name));
    until("no process carries the lab's folder", () -> processes(folder).isEmpty());
  }

  private static List<String> boundNames() throws IOException {
    Path bound = Path.of("/run/netns");
    if (!Files.isDirectory(bound)) {
      return List.of();
    }
    try (var files = Files.list(bound)) {
      return files.map(Path::toString).toList();
    }
  }

  /** The processes that have this folder in their command line or environment. */
  static List<String> processes(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (var all = Files.list(Path.of("/proc"))) {
      for (Path process : all.toList()) {
        String pid = process.getFileName().toString();
        if (Character.isDigit(pid.charAt(0))
            && Long.parseLong(pid) != ProcessHandle.current().pid()
            && (text(process.resolve("environ")) + text(process.resolve("cmdline")))
                .contains(folder.toString())) {
          found.add(pid);
        }
      }
    }
    return found;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      // Gone meanwhile, or another user's.
      return "";
    }
  }
}
