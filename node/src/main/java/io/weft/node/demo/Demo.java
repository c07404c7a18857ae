package io.weft.node.demo;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.lab.Lab;
import io.weft.node.lab.LabOptions;
import io.weft.node.lab.LabProgress;
import io.weft.node.lab.Partition;
import io.weft.node.lab.Ping;
import io.weft.node.lab.PingLoop;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a lab, a network on it, and an endpoint on each host; pings; cuts the last host off, waits
 * until both sides know while the others go on; heals, and waits until all is as it was. Every step
 * is judged, the first that does not hold ends it.
 */
public final class Demo {
  private static final String NETWORK = "demo";
  private static final String SUBNET = "10.42.0.0/16";
  private static final String INTERRUPTED = "interrupted";
  private static final int PAYLOAD_BYTES = 56;
  private static final int PING_TIMEOUT_MILLIS = 500;
  private static final int POLL_MILLIS = 50;
  private static final int CONVERGE_SECONDS = 180;

  /** One packet in this many may be lost on a loaded machine while others are cut off. */
  private static final int TOLERATED_LOSS_DIVISOR = 20;

  private final Lab lab;
  private final LabOptions options;
  private final Consumer<DemoResult.Step> listener;
  private final List<DemoResult.Step> steps = new ArrayList<>();
  private final List<Path> namespaces = new ArrayList<>();
  private final List<EndpointView> endpoints = new ArrayList<>();
  private long lastNanos = System.nanoTime();
  private String driver;
  private int mtu;

  /** The step that is being played. */
  private String current = "hosts";

  private @Nullable RuntimeException refusal;

  /**
   * Prepares a demo.
   *
   * @param lab not up yet
   * @param listener hears of each step when it is done
   */
  public Demo(Lab lab, LabOptions options, Consumer<DemoResult.Step> listener) {
    if (options.hosts() < 2) {
      throw new ApiException(ErrorKind.USAGE, "the demo needs at least 2 hosts");
    }
    this.lab = lab;
    this.options = options;
    this.listener = listener;
    this.driver = options.driver();
  }

  /** Shows it all; the lab is still up afterwards. */
  public DemoResult run() {
    try {
      build();
      for (Act act : acts()) {
        current = act.name();
        done(current, act.work().play());
      }
      return result(true);
    } catch (ApiException e) {
      failed(e.line());
    } catch (ClosedByInterruptException e) {
      failed(INTERRUPTED);
    } catch (IOException | RuntimeException e) {
      failed(String.valueOf(e.getMessage()));
    }
    return result(false);
  }

  private void failed(String detail) {
    add(new DemoResult.Step(current, false, lapMillis(), detail));
  }

  private LabProgress building() {
    return new LabProgress() {
      @Override
      public void begun(String name) {
        current = name;
      }

      @Override
      public void done(String name, String detail) {
        Demo.this.done(name, detail);
      }
    };
  }

  private void build() throws IOException {
    try {
      lab.up(options, building(), true);
    } catch (ApiException | MissingCapabilityException e) {
      refusal = e;
      throw e;
    }
  }

  /** Why there was nothing to show: the lab could not be built. */
  public Optional<RuntimeException> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Adds what removing the lab came to. */
  public DemoResult cleanedUp(DemoResult before, boolean ok, String detail) {
    add(new DemoResult.Step("cleanup", ok, lapMillis(), detail));
    return result(before.ok() && ok);
  }

  private interface Work {
    /** Does it and says what came of it. */
    String play() throws IOException;
  }

  private record Act(String name, Work work) {}

  private List<Act> acts() {
    return List.of(
        new Act("network", this::createNetwork),
        new Act("attach", this::attachEndpoints),
        new Act("ping", this::pingAll),
        new Act("tunnels", this::checkTunnels),
        new Act("partition", this::cutOffLast),
        new Act("heal", this::heal),
        new Act("back", this::awaitBack),
        new Act("ping-again", this::pingAll));
  }

  private String createNetwork() {
    NetworkView network =
        client(1).createNetwork(new CreateNetworkRequest(NETWORK, SUBNET, null, null, null, null));
    mtu = network.mtu();
    driver = client(1).status().driver();
    return "network " + NETWORK + ": " + SUBNET + ", VNI " + network.vni() + ", MTU " + mtu;
  }

  private String attachEndpoints() throws IOException {
    for (int host = 1; host <= options.hosts(); host++) {
      int here = host;
      Path namespace = lab.newEndpointNamespace();
      namespaces.add(namespace);
      // A host may hear of the network a moment after the one that made it.
      await(
          "host " + host + " knows the network",
          () ->
              client(here).networks().networks().stream()
                  .anyMatch(network -> network.name().equals(NETWORK)));
      endpoints.add(
          client(host)
              .attach(
                  new AttachRequest(
                      NETWORK, namespace.toString(), null, "demo" + host, new TreeMap<>(), null)));
    }
    return endpoints.stream().map(EndpointView::ip).collect(Collectors.joining(", "));
  }

  private String pingAll() throws IOException {
    double slowest = 0;
    int ways = 0;
    for (int from = 1; from <= options.hosts(); from++) {
      try (NetworkNamespace namespace = NetworkNamespace.open(namespaces.get(from - 1));
          Ping ping = new Ping(namespace)) {
        for (int to = 1; to <= options.hosts(); to++) {
          if (from != to) {
            InetAddress address = InetAddress.getByName(endpoints.get(to - 1).ip());
            String what =
                "host " + from + " reaches host " + to + " at " + address.getHostAddress();
            slowest = Math.max(slowest, awaitPing(ping, address, PAYLOAD_BYTES, what));
            // A path that carries small packets only would be a black hole.
            int full = mtu - Ping.OVERHEAD_BYTES;
            slowest =
                Math.max(slowest, awaitPing(ping, address, full, what + " with " + mtu + " B"));
            ways++;
          }
        }
      }
    }
    return String.format(
        Locale.ROOT,
        "%d of %d ways, small and full-size packets, slowest %.1f ms",
        ways,
        options.hosts() * (options.hosts() - 1),
        slowest);
  }

  private static double awaitPing(Ping ping, InetAddress to, int payloadBytes, String what) {
    OptionalDouble[] answer = {OptionalDouble.empty()};
    await(
        what,
        () -> {
          answer[0] = ping.once(to, payloadBytes, PING_TIMEOUT_MILLIS);
          return answer[0].isPresent();
        });
    return answer[0].orElse(0);
  }

  private String checkTunnels() {
    Set<String> drivers = new HashSet<>();
    for (int host = 1; host <= options.hosts(); host++) {
      List<TunnelView> tunnels = client(host).tunnels().tunnels();
      long up = tunnels.stream().filter(tunnel -> tunnel.state().equals("up")).count();
      if (up < options.hosts() - 1) {
        throw new ApiException(
            ErrorKind.REFUSED,
            "host " + host + " has " + up + " tunnels up, not " + (options.hosts() - 1));
      }
      tunnels.forEach(tunnel -> drivers.add(tunnel.driver()));
    }
    String list = drivers.stream().sorted().collect(Collectors.joining(", "));
    return drivers.contains("clear")
        ? "driver " + list + ": NOT ENCRYPTED"
        : "every pair has an ESP tunnel up, driver " + list;
  }

  private String cutOffLast() throws IOException {
    int last = options.hosts();
    List<Integer> others = IntStream.range(1, last).boxed().toList();
    if (others.size() < 2) {
      return cutAndWatch(last, others);
    }
    InetAddress second = InetAddress.getByName(endpoints.get(1).ip());
    try (NetworkNamespace first = NetworkNamespace.open(namespaces.getFirst());
        PingLoop loop = new PingLoop(first, second)) {
      String seen = cutAndWatch(last, others);
      PingLoop.Tally tally = tally(loop);
      String pings =
          String.format(
              Locale.ROOT,
              "%d of %d pings lost, slowest %.1f ms",
              tally.lost(),
              tally.sent(),
              tally.slowestMillis());
      if (tally.lost() > tally.sent() / TOLERATED_LOSS_DIVISOR) {
        throw new ApiException(
            ErrorKind.REFUSED, "hosts 1 and 2 should have gone on meanwhile: " + pings);
      }
      return seen + "; hosts 1 and 2 went on: " + pings;
    }
  }

  private static PingLoop.Tally tally(PingLoop loop) {
    try {
      return loop.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, INTERRUPTED, e);
    }
  }

  private String cutAndWatch(int last, List<Integer> others) throws IOException {
    long cutNanos = System.nanoTime();
    lab.partition(new Partition(List.of(new HashSet<>(others), Set.of(last)), false));
    String[] firstOthers = {name(last)};
    String[] firstLast = others.stream().map(Demo::name).toArray(String[]::new);
    Set<String> suspected = new HashSet<>();
    double suspectSeconds = -1;
    long deadlineNanos = deadline();
    while (System.nanoTime() < deadlineNanos) {
      boolean allFailed = true;
      for (int host = 1; host <= last; host++) {
        String[] watched = host == last ? firstLast : firstOthers;
        for (MemberView member : client(host).members().members()) {
          boolean isWatched = List.of(watched).contains(member.name());
          if (isWatched && !member.state().equals("alive")) {
            suspected.add(host + " " + member.name());
          }
          allFailed &= !isWatched || member.state().equals("failed");
        }
      }
      if (suspectSeconds < 0 && suspected.size() == 2 * others.size()) {
        suspectSeconds = secondsSince(cutNanos);
      }
      if (allFailed && suspectSeconds >= 0) {
        checkSuspectEvents(last);
        return String.format(
            Locale.ROOT,
            "host %d cut off; suspected on both sides after %.1f s, failed after %.1f s",
            last,
            suspectSeconds,
            secondsSince(cutNanos));
      }
      pause();
    }
    throw timeout("host " + last + " is failed on both sides");
  }

  /** Failed without having been suspected would mean that nobody had the chance to object. */
  private void checkSuspectEvents(int last) {
    for (int host : new int[] {1, last}) {
      if (client(host).events(0).events().stream()
          .noneMatch(event -> event.type().equals("member-suspect"))) {
        throw new ApiException(
            ErrorKind.REFUSED, "host " + host + " has no event member-suspect of it");
      }
    }
  }

  private String heal() throws IOException {
    lab.heal();
    return "the wire carries everything again";
  }

  private String awaitBack() {
    long startNanos = System.nanoTime();
    for (int host = 1; host <= options.hosts(); host++) {
      int here = host;
      await(
          "host " + host + " sees all alive",
          () ->
              client(here).members().members().stream()
                      .filter(member -> member.state().equals("alive"))
                      .count()
                  == options.hosts());
    }
    return String.format(
        Locale.ROOT, "every host sees every other alive after %.1f s", secondsSince(startNanos));
  }

  private ApiClient client(int host) {
    return new ApiClient(lab.socket(host));
  }

  private static String name(int host) {
    return "host" + host;
  }

  private interface Question {
    boolean holds();
  }

  private static void await(String what, Question question) {
    long deadlineNanos = deadline();
    while (!question.holds()) {
      if (System.nanoTime() > deadlineNanos) {
        throw timeout(what);
      }
      pause();
    }
  }

  private static ApiException timeout(String what) {
    return new ApiException(
        ErrorKind.NOT_FOUND_OR_FALSE, "not within " + CONVERGE_SECONDS + " s: " + what);
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(CONVERGE_SECONDS);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, INTERRUPTED, e);
    }
  }

  private long lapMillis() {
    long now = System.nanoTime();
    long millis = TimeUnit.NANOSECONDS.toMillis(now - lastNanos);
    lastNanos = now;
    return millis;
  }

  private void done(String name, String detail) {
    add(new DemoResult.Step(name, true, lapMillis(), detail));
  }

  private void add(DemoResult.Step step) {
    steps.add(step);
    listener.accept(step);
  }

  private DemoResult result(boolean ok) {
    return new DemoResult(ok, List.copyOf(steps), options.hosts(), driver);
  }
}
