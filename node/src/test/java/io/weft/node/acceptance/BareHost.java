package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.ApiClient;
import io.weft.node.lab.LabNetwork;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host on a lab's wire that has no agent of the lab's: for what a stranger may try. */
final class BareHost implements AutoCloseable {
  private final Path labFolder;
  private final Path folder;
  private final NetworkNamespace namespace;
  private @Nullable Process agent;

  BareHost(AcceptanceLab lab, int number) throws IOException {
    labFolder = lab.folder();
    folder = Files.createDirectory(labFolder.resolve("bare" + number));
    namespace = NetworkNamespace.createPrivate();
    try (NetworkNamespace wire = lab.wire()) {
      LabNetwork.connect(wire, namespace, number, AcceptanceLab.MTU);
    }
    configure("bare" + number, "other", LabNetwork.address(number).getHostAddress(), "");
  }

  /** Writes its configuration anew. */
  void configure(String name, String cluster, String advertise, String more) throws IOException {
    Files.writeString(
        config(),
        """
        cluster: %s
        name: %s
        dataDir: %s
        socket: %s
        advertise: %s
        %s
        """
            .formatted(cluster, name, data(), socket(), advertise, more));
  }

  Path config() {
    return folder.resolve("weft.yaml");
  }

  Path data() {
    return folder.resolve("data");
  }

  Path socket() {
    return folder.resolve("weft.sock");
  }

  Path log() {
    return folder.resolve("agent.log");
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  ApiClient client() {
    return new ApiClient(socket());
  }

  /** Runs a command that takes a configuration here. */
  Outcome weft(String... args) throws IOException, InterruptedException {
    return weftBehind(List.of(), args);
  }

  Outcome weftBehind(List<String> wrapper, String... args)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--config", config().toString()));
    return WeftProcess.run(namespace, labFolder, wrapper, all);
  }

  /** Starts its agent and waits until it answers. */
  void startAgent() throws Exception {
    Process started =
        WeftProcess.start(
            namespace,
            labFolder,
            List.of(),
            List.of("agent", "--config", config().toString()),
            folder.resolve("agent.out"),
            log());
    agent = started;
    AcceptanceLab.until(
        "the agent on " + folder + " answers: " + Files.readString(log()),
        () -> client().status().state().equals("alive"));
    assertThat(started.isAlive()).isTrue();
  }

  void killAgent() throws IOException, InterruptedException {
    Process running = agent;
    if (running != null) {
      running.destroyForcibly().waitFor();
      Files.deleteIfExists(socket());
      agent = null;
    }
  }

  /** Every file of the data directory with its content. */
  SortedMap<String, String> dataFiles() throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    if (Files.exists(data())) {
      try (var all = Files.walk(data())) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files.put(
              data().relativize(file).toString(),
              java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  /** The network devices that it has. */
  List<String> devices() {
    return namespace.call(
        () ->
            Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                .skip(2)
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .sorted()
                .toList());
  }

  @Override
  public void close() throws IOException {
    try {
      killAgent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    namespace.close();
  }
}
