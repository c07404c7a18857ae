package io.weft.node.lab;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.TokenRequest;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds a lab step by step. What has been made is written down before the next step, and every
 * process carries the lab's folder, so that a lab whose building was cut short can be taken down.
 */
final class LabBuilder {
  private static final long TOKEN_TTL_MILLIS = TimeUnit.MINUTES.toMillis(30);
  private static final int COMMAND_TIMEOUT_SECONDS = 180;
  private static final int PARALLEL_JOINS = 4;

  private final LabFolder folder;
  private final LabOptions options;
  private final AgentProgram program;
  private final LabProgress progress;
  private final List<LabState.Host> hosts = new ArrayList<>();
  private LabState state;

  LabBuilder(LabFolder folder, LabOptions options, AgentProgram program, LabProgress progress) {
    this.folder = folder;
    this.options = options;
    this.program = program;
    this.progress = progress;
    this.state =
        new LabState(
            options.name(),
            options.driver(),
            options.underlayMtu(),
            false,
            null,
            List.of(),
            List.of(),
            new TreeMap<>());
  }

  /** Builds it all; the folder exists and is locked. */
  LabState build() throws IOException {
    progress.begun("hosts");
    buildNetwork();
    progress.done(
        "hosts",
        options.hosts() == 1
            ? "1 host stands, a network namespace behind a router of the lab's"
            : options.hosts()
                + " hosts stand, each a network namespace behind a router of the lab's");
    progress.begun("init");
    prepareHosts();
    bootstrapFirst();
    progress.done("init", "host 1 is the first node of a new cluster");
    progress.begun("join");
    String token = token();
    joinOthers(token);
    if (options.hosts() > 1) {
      progress.done(
          "join",
          options.hosts() == 2
              ? "host 2 has joined by token"
              : "hosts 2.." + options.hosts() + " have joined by token");
    }
    progress.begun("alive");
    LabAgents.awaitAllAlive(folder, hosts);
    progress.done("alive", "every host sees every other alive");
    write(true);
    return state;
  }

  private void buildNetwork() throws IOException {
    folder.write(state);
    try (NetworkNamespace wire = NetworkNamespace.createPrivate()) {
      LabState.Namespace wireRef = hold(wire, "wire");
      state =
          new LabState(
              state.name(),
              state.driver(),
              state.underlayMtu(),
              false,
              wireRef,
              List.of(),
              List.of(),
              state.lossPercent());
      folder.write(state);
      LabNetwork.prepareWire(wire);
      for (int host = 1; host <= options.hosts(); host++) {
        try (NetworkNamespace namespace = NetworkNamespace.createPrivate()) {
          LabState.Namespace held = hold(namespace, "h" + host);
          LabNetwork.connect(wire, namespace, host, options.underlayMtu());
          hosts.add(
              new LabState.Host(
                  host,
                  held,
                  null,
                  LabNetwork.address(host).getHostAddress(),
                  folder.socket(host).toString()));
        }
      }
    }
    write(false);
  }

  private LabState.Namespace hold(NetworkNamespace namespace, String suffix) throws IOException {
    ProcessRef holder = LabProcesses.startHolder(folder, namespace);
    if (folder.machineRoot()) {
      Path bound = folder.boundNamespace(suffix);
      NetworkNamespace.shareNames(LabFolder.NAMED_NAMESPACES);
      namespace.bindTo(bound);
      return new LabState.Namespace(holder, bound.toString(), null);
    }
    String proc = "/proc/" + holder.pid() + "/ns/";
    return new LabState.Namespace(holder, proc + "net", proc + "user");
  }

  private void prepareHosts() throws IOException {
    for (LabState.Host host : hosts) {
      Files.createDirectory(folder.host(host.host()));
      Files.writeString(
          folder.config(host.host()), AgentConfigFile.text(folder, host.host(), options));
    }
  }

  private void bootstrapFirst() throws IOException {
    LabState.Host first = hosts.getFirst();
    run(first, program.init(folder.config(1)));
    startAgent(first);
    LabAgents.awaitAnswer(folder, hosts.getFirst());
  }

  private @Nullable String token() {
    if (options.hosts() == 1) {
      return null;
    }
    TokenRequest request = new TokenRequest(TOKEN_TTL_MILLIS, options.hosts() - 1);
    return new ApiClient(folder.socket(1)).createToken(request).token();
  }

  private void joinOthers(@Nullable String token) throws IOException {
    if (token == null) {
      return;
    }
    String seed = hosts.getFirst().address() + ":" + AgentConfigFile.GOSSIP_PORT;
    try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL_JOINS)) {
      List<CompletableFuture<Void>> joins = new ArrayList<>();
      for (LabState.Host host : List.copyOf(hosts.subList(1, hosts.size()))) {
        joins.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    run(host, program.join(folder.config(host.host()), seed, token));
                    startAgent(host);
                  } catch (IOException e) {
                    throw new CompletionException(e);
                  }
                },
                threads));
      }
      awaitAll(joins);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ApiException refused -> throw refused;
        case IOException io -> throw io;
        case null, default -> throw new CompletionException(e.getCause());
      }
    }
  }

  private static void awaitAll(List<CompletableFuture<Void>> joins) throws ExecutionException {
    try {
      for (CompletableFuture<Void> join : joins) {
        join.get();
      }
    } catch (InterruptedException e) {
      // With this mark set, the closing of the threads interrupts them too.
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, "interrupted", e);
    }
  }

  private void startAgent(LabState.Host host) throws IOException {
    ProcessRef agent = LabAgents.start(folder, host, program);
    synchronized (this) {
      hosts.set(host.host() - 1, host.withAgent(agent));
      write(false);
    }
  }

  private void write(boolean complete) throws IOException {
    state = state.with(hosts, complete);
    folder.write(state);
  }

  /** Runs a command that ends by itself in the namespace of a host. */
  private void run(LabState.Host host, List<String> command) throws IOException {
    Path output = folder.host(host.host()).resolve("setup.log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(LabProcesses.VARIABLE, folder.path().toString());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    try (NetworkNamespace namespace = NetworkNamespace.open(Path.of(host.namespace().netns()))) {
      Process process = LabProcesses.startIn(namespace, builder);
      if (!process.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failed(host, "did not end within " + COMMAND_TIMEOUT_SECONDS + " s", output);
      }
      if (process.exitValue() != 0) {
        throw failed(host, "ended with " + process.exitValue(), output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, "interrupted", e);
    }
  }

  private static ApiException failed(LabState.Host host, String what, Path output) {
    return new ApiException(
        ErrorKind.REFUSED,
        "setting up host " + host.host() + " " + what + ": " + LabAgents.lastLine(output));
  }
}
