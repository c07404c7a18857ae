package io.weft.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weft.node.api.ApiServer;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.UserEventView;
import io.weft.node.testing.ListedAgent;
import io.weft.node.testing.PretendedAgent;
import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CommandLineTest {
  @TempDir Path folder = Path.of("unset");
  private final ListedAgent agent = new ListedAgent();
  private ApiServer server;
  private String out = "";
  private String err = "";

  @BeforeEach
  void start() {
    server = ApiServer.start(folder.resolve("weft.sock"), agent);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyQueryPrintsItsTableAndItsJsonKeys() throws Exception {
    json("network", "create", "blue", "--subnet", "10.32.0.0/16");
    json("attach", "blue", "--name", "web", "--label", "app=web");
    assertThat(keys(json("status")))
        .contains(
            "node",
            "cluster",
            "state",
            "generation",
            "incarnation",
            "raftRole",
            "term",
            "commitIndex",
            "members",
            "alive",
            "driver",
            "mtu",
            "version");
    assertThat(keys(json("members").at("/members/0")))
        .contains(
            "id",
            "name",
            "address",
            "state",
            "incarnation",
            "generation",
            "version",
            "rttMillis",
            "labels");
    assertThat(keys(json("peers").at("/peers/0")))
        .contains("id", "address", "udp", "tcp", "rttMillis", "backoffUntil", "lastError");
    assertThat(keys(json("voters"))).contains("voters", "term", "leader");
    assertThat(keys(json("tunnels").at("/tunnels/0")))
        .contains(
            "peer",
            "address",
            "driver",
            "state",
            "mtu",
            "spiIn",
            "spiOut",
            "rekeyedAt",
            "txPackets",
            "rxPackets",
            "replayDrops",
            "authDrops",
            "lastError");
    assertThat(keys(json("networks").at("/networks/0")))
        .contains("name", "id", "vni", "subnet", "subnet6", "mtu", "hostBlock");
    assertThat(keys(json("endpoints").at("/endpoints/0")))
        .contains("id", "name", "network", "ip", "mac", "host", "labels");
    assertThat(keys(json("leases").at("/leases/0")))
        .contains("network", "block", "holder", "fence", "state");
    assertThat(keys(json("keys"))).containsExactly("gossip", "tunnels", "ca");
    assertThat(keys(json("keys").at("/gossip"))).contains("epoch", "accepted");
    assertThat(keys(json("keys").at("/tunnels/0"))).contains("peer", "ageSeconds", "packets");
    assertThat(keys(json("keys").at("/ca"))).contains("fingerprint", "expires");
    for (String query :
        List.of(
            "status",
            "members",
            "peers",
            "voters",
            "tunnels",
            "networks",
            "endpoints",
            "leases",
            "keys")) {
      assertThat(weft(query)).as(query).isZero();
      assertThat(out).as(query).contains("\n").doesNotContain("{");
      assertThat(weft(query, "-o", "yaml")).as(query).isZero();
    }
  }

  @Test
  void aCheckOfTheAddressesSaysByItsCodeWhetherSomethingWasFound() throws Exception {
    JsonNode sound = json("ipam", "check");
    assertThat(keys(sound))
        .containsExactly("registryIndex", "registryInReach", "networks", "findings");
    assertThat(keys(sound.at("/networks/0")))
        .containsExactly(
            "network",
            "subnet",
            "blocks",
            "leased",
            "quarantined",
            "fenced",
            "free",
            "endpoints",
            "addresses");
    assertThat(weft("ipam", "check")).isZero();
    assertThat(out)
        .isEqualTo(
            """
            NETWORK  SUBNET        BLOCKS  LEASED  QUARANTINED  FENCED  FREE  ENDPOINTS  ADDRESSES
            blue     10.32.0.0/16  256     1       0            0       255   2          2
            nothing found
            """);
    json("network", "create", "crowded");
    assertThat(weft("ipam", "check")).isEqualTo(1);
    assertThat(out)
        .endsWith(
            """
            orphan: blue 10.32.0.0/24: it is
              mend: do it
            full: crowded: all?[2J
              mend: wait
            2 findings; the registry is out of reach: this is how it stood at index 41, \
            and hosts may only be cut off from this one
            """);
    assertThat(weft("ipam", "check", "-o", "json")).isEqualTo(1);
    assertThat(keys(new ObjectMapper().readTree(out).at("/findings/0")))
        .containsExactly("kind", "network", "block", "address", "hosts", "wrong", "mend");
    assertThat(weft("ipam", "check", "-o", "yaml")).isEqualTo(1);
    assertThat(weft("ipam")).isEqualTo(2);
  }

  @Test
  void aRoundTripSaysWhetherItWasMeasured() throws Exception {
    assertThat(keys(json("rtt", "n2", "n3")))
        .containsExactly("from", "to", "rttMillis", "measured");
    assertThat(weft("rtt", "n2", "n3")).isZero();
    assertThat(out).isEqualTo("n2 - n3: 12.35 ms, estimated\n");
    assertThat(weft("rtt", "n2")).isZero();
    assertThat(out).isEqualTo("n2 - n1: 12.35 ms, measured\n");
    assertThat(weft("rtt", "nobody")).isEqualTo(1);
    assertThat(err).isEqualTo("weft: no member is called 'nobody'\n");
    assertThat(weft("rtt")).isEqualTo(2);
    assertThat(weft("rtt", "a", "b", "c")).isEqualTo(2);
  }

  @Test
  void aRotationTellsEachStepOnceAndEndsWhenTheNewKeyIsTheOnlyOne() throws Exception {
    assertThat(weft("keys", "rotate", "--gossip", "--no-wait")).isZero();
    assertThat(out).isEqualTo("gossip key 2 is being installed; 'weft keys' shows how it goes\n");
    assertThat(weft("keys", "rotate", "--gossip")).isEqualTo(5);
    assertThat(err).isEqualTo("weft: a rotation to gossip key 2 is under way\n");
    while (!json("keys").at("/gossip/phase").asText().equals("steady")) {
      assertThat(json("keys").at("/gossip/epoch").asInt()).isPositive();
    }
    assertThat(weft("keys", "rotate", "--gossip")).isZero();
    assertThat(out)
        .startsWith("gossip key 3 is installed\ngossip key 3 is installed; waiting for n2\n")
        .endsWith(
            "gossip key 3 is used, the former one still accepted\ngossip key 3 is the only one\n");
    assertThat(json("keys", "rotate", "--gossip").at("/gossip/epoch").asInt()).isEqualTo(4);
    assertThat(weft("keys", "rotate")).isEqualTo(2);
  }

  @Test
  void aNetworkAndAnEndpointLiveAndDieByCommand() throws Exception {
    assertThat(json("network", "create", "blue", "--mtu", "1300").path("mtu").asInt())
        .isEqualTo(1300);
    assertThat(json("network", "ls").at("/networks/0/name").asText()).isEqualTo("blue");
    String pid = Long.toString(ProcessHandle.current().pid());
    JsonNode endpoint = json("attach", "blue", "--pid", pid, "--name", "web", "--ip", "10.32.0.9");
    assertThat(endpoint.path("ip").asText()).isEqualTo("10.32.0.9");
    assertThat(weft("detach", "web")).isZero();
    assertThat(weft("network", "rm", "blue")).isZero();
    assertThat(weft("network", "rm", "blue")).isEqualTo(1);
    assertThat(err).isEqualTo("weft: there is no network blue\n");
  }

  @Test
  void attachWithoutATargetNamesTheNamespaceOfTheCaller() throws Exception {
    assertThat(json("attach", "blue").path("name").asText())
        .isEqualTo("/proc/" + ProcessHandle.current().pid() + "/ns/net");
  }

  @Test
  void aTokenIsPrintedAloneSoThatAShellCanTakeIt() throws Exception {
    assertThat(weft("token", "create", "--ttl", "90s", "--uses", "2")).isZero();
    assertThat(out).isEqualTo("id.secret.90000\n");
    assertThat(keys(json("token", "create"))).contains("token", "expires", "uses");
  }

  @Test
  void eventsAreOneObjectALine() throws Exception {
    agent.emit("member-joined", "a");
    agent.emit("tunnel-up", "b");
    assertThat(weft("events", "-o", "json")).isZero();
    List<String> lines = out.lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(keys(new ObjectMapper().readTree(lines.getFirst())))
        .containsExactly("index", "time", "type", "subject", "cause");
  }

  @Test
  void anEventOfAUserIsFiredAndShownWithWhatItCarries() throws Exception {
    assertThat(weft("event", "deploy", "v1.2")).isZero();
    assertThat(out).isEqualTo("event deploy is on its way (ltime 1)\n");
    assertThat(weft("events")).isZero();
    assertThat(out)
        .isEqualTo(
            "2026-01-01T00:00:00Z  user-event  deploy  v1.2  (from n1, ltime 1; fired here)\n");
    JsonNode event = json("events");
    assertThat(keys(event)).containsExactly("index", "time", "type", "subject", "cause", "user");
    assertThat(keys(event.at("/user")))
        .containsExactly("name", "payload", "encoding", "from", "fromId", "ltime");
    assertThat(event.at("/user/payload").asText()).isEqualTo("v1.2");
    assertThat(weft("event", "big", "x".repeat(600))).isEqualTo(2);
    assertThat(err).isEqualTo("weft: it is too long\n");
    agent.emit("tunnel-up", "n2");
    assertThat(weft("events", "--from", "2", "-o", "json")).isZero();
    assertThat(out).doesNotContain("user");
  }

  @Test
  void aQueryShowsALineAnAnswerThenTheSumsAndSaysByItsCodeWhetherAllWereThere() throws Exception {
    assertThat(weft("query", "ping")).isZero();
    assertThat(out)
        .isEqualTo(
            """
            NODE  ANSWER        AFTER
            n1    n1 0.1.0?[2J  3 ms
            2 acks, 1 answers, 0 missing
            """);
    assertThat(weft("query", "ping", "--node", "n2", "--timeout", "2s")).isEqualTo(1);
    assertThat(out).endsWith("2 acks, 1 answers, 1 missing: n2\n");
    assertThat(weft("query", "ping", "--label", "zone=nobody")).isEqualTo(1);
    assertThat(out).isEqualTo("0 acks, 0 answers, 0 missing\n");
    JsonNode view = json("query", "ping");
    assertThat(keys(view))
        .containsExactly("name", "ltime", "acks", "answers", "missing", "leftOut");
    assertThat(keys(view.at("/answers/0")))
        .containsExactly("node", "id", "payload", "encoding", "millis");
    assertThat(weft("query", "ping", "--timeout", "soon")).isEqualTo(2);
  }

  @Test
  void whatIsNoTextIsMarkedAsBase64() throws Exception {
    assertThat(weft("query", "bytes")).isZero();
    assertThat(out).contains("base64:Yf8=");
    UserEventView user = new UserEventView("x", "Yf8=", "base64", "n1", "ab", 4);
    assertThat(EventsCommand.line(new EventView(1, "T", "user-event", "x", "told", user)))
        .isEqualTo("T  user-event  x  base64:Yf8=  (from n1, ltime 4; told)");
  }

  @Test
  void eventsAsYamlAreADocumentEach() throws Exception {
    agent.emit("member-joined", "a");
    agent.emit("tunnel-up", "b");
    assertThat(weft("events", "-o", "yaml")).isZero();
    assertThat(out).startsWith("---\n");
    try (var documents = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(out)) {
      assertThat(documents.readAll())
          .extracting(event -> event.path("subject").asText())
          .containsExactly("a", "b");
    }
  }

  @Test
  void membersAreShownAgainAtEachChangeOfThemAndAtNothingElse() throws Exception {
    agent.emit("member-joined", "before");
    PipedReader read = new PipedReader();
    PrintWriter printed = new PrintWriter(new PipedWriter(read), true);
    CommandLine command = everything().setOut(printed);
    String socket = folder.resolve("weft.sock").toString();
    FutureTask<Integer> watch =
        new FutureTask<>(
            () -> command.execute("members", "--watch", "-o", "json", "--socket", socket));
    Thread.ofVirtual().start(watch);
    BufferedReader lines = new BufferedReader(read);
    assertThat(keys(new ObjectMapper().readTree(lines.readLine()))).containsExactly("members");
    agent.emit("tunnel-up", "b");
    agent.emit("member-failed", "a");
    assertThat(keys(new ObjectMapper().readTree(lines.readLine()))).containsExactly("members");
    server.close();
    assertThat(watch.get()).as("when the agent has ended").isNotZero();
    printed.close();
    assertThat(lines.readLine()).as("a third showing").isNull();
  }

  @Test
  void aHostIsShutOutByItsIdOrName() throws Exception {
    JsonNode revoked = json("node", "revoke", "host3");
    assertThat(keys(revoked)).containsExactly("node", "name", "state", "fencedBlocks");
    assertThat(revoked.path("name").asText()).isEqualTo("host3");
    assertThat(weft("node", "revoke")).isEqualTo(2);
  }

  @Test
  void aDirectoryIsNoConfiguration() {
    StringWriter text = new StringWriter();
    int code =
        everything()
            .setErr(new PrintWriter(text, true))
            .execute("config", "check", folder.toString());
    assertThat(code).isEqualTo(2);
    assertThat(text.toString()).hasLineCount(1).contains("is a directory", "weft.yaml");
  }

  @Test
  void leaveReachesTheAgent() {
    assertThat(weft("leave", "--purge")).isZero();
    assertThat(agent.hasLeft()).isTrue();
  }

  @Test
  void exitCodesFollowTheContract() {
    assertThat(weft("network", "create", "full")).isEqualTo(5);
    assertThat(err).startsWith("weft: no quorum").endsWith("heal first\n");
    assertThat(weft("detach", "none")).isEqualTo(1);
    assertThat(weft("nonsense")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("nonsense", "--help");
    assertThat(weft("token", "create", "--ttl", "soon")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("soon", "24h");
    assertThat(weft("attach", "blue", "--netns", "no-such-namespace")).isEqualTo(1);
    assertThat(weft("attach", "blue", "--netns", "a", "--pid", "1")).isEqualTo(2);
    assertThat(weft()).isEqualTo(2);
    assertThat(weft("network")).isEqualTo(2);
    server.close();
    assertThat(weft("status")).isEqualTo(3);
    assertThat(err).hasLineCount(1).contains("weft.sock");
  }

  @Test
  void everyCommandHasAnExampleInItsHelp() {
    List<CommandLine> all = new ArrayList<>();
    collect(everything(), all);
    assertThat(all).hasSizeGreaterThan(30);
    for (CommandLine command : all) {
      String help = command.getUsageMessage();
      assertThat(help).containsPattern("\nExamples?:\n  weft ").contains("--help");
      assertThat(command.getCommandSpec().usageMessage().description())
          .as(command.getCommandName())
          .isNotEmpty();
      // It stands alone where commands are listed.
      assertThat(command.getCommandSpec().usageMessage().description()[0])
          .as(command.getCommandName())
          .endsWith(".");
    }
  }

  /** Each is a format: picocli warns of a percent sign that is not written twice. */
  @Test
  void everyTextOfTheHelpIsWellFormed() {
    List<CommandLine> all = new ArrayList<>();
    collect(everything(), all);
    for (CommandLine command : all) {
      CommandLine.Model.CommandSpec spec = command.getCommandSpec();
      List<String> texts = new ArrayList<>(List.of(spec.usageMessage().description()));
      texts.addAll(List.of(spec.usageMessage().footer()));
      for (String text : texts) {
        assertThat(text.replace("%%", "").replace("%n", ""))
            .as("%s", spec.qualifiedName())
            .doesNotContain("%");
      }
    }
  }

  @Test
  void everyCommandSaysTheVersionWhenAsked() {
    List<CommandLine> all = new ArrayList<>();
    collect(everything(), all);
    assertThat(weft("version")).isZero();
    String version = out;
    for (CommandLine command : all) {
      for (String flag : List.of("--version", "-V")) {
        List<String> words =
            new ArrayList<>(List.of(command.getCommandSpec().qualifiedName(" ").split(" ", -1)));
        words.removeFirst();
        words.add(flag);
        assertThat(execute(words)).as("%s", words).isZero();
        assertThat(out).as("%s", words).isEqualTo(version).startsWith("weft ").hasLineCount(1);
      }
    }
  }

  @Test
  void theExampleOfASettingInTheHelpIsTaken() {
    for (String[] command : new String[][] {{"init"}, {"join"}, {"agent"}, {"config", "show"}}) {
      List<String> asked = new ArrayList<>(List.of(command));
      asked.add("--help");
      assertThat(execute(asked)).isZero();
      String help = out.replaceAll("\\s+", " ");
      Matcher example = Pattern.compile("for example ([a-zA-Z.]+=[^ ]+)\\.").matcher(help);
      assertThat(example.find()).as(help).isTrue();
      assertThat(execute(List.of("config", "show", "--set", example.group(1)))).as(err).isZero();
    }
  }

  @Test
  void initAndJoinPassOnWhatTheyWereGiven() throws Exception {
    assertThat(keys(json("init", "--set", "dataDir=/x"))).contains("node", "cluster", "dataDir");
    assertThat(json("init", "--set", "dataDir=/x").path("dataDir").asText()).isEqualTo("/x");
    assertThat(json("join", "a:1", "b:2", "--token", "id.secret.h").path("cluster").asText())
        .isEqualTo("a:1+b:2");
    assertThat(weft("join", "a:1", "--token", "used")).isEqualTo(5);
    assertThat(weft("join", "a:1")).isEqualTo(2);
    assertThat(weft("join", "--token", "id.secret.h")).isEqualTo(2);
    assertThat(weft("init", "--config", "/nonexistent/weft.yaml")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("/nonexistent/weft.yaml");
  }

  @Test
  void labsAreRefusedByLineWhenAskedForWrongly() {
    assertThat(weft("lab", "status", "--name", "no-such-lab")).isEqualTo(1);
    assertThat(err).hasLineCount(1).contains("weft lab up --name no-such-lab");
    assertThat(weft("lab", "up", "--hosts", "0")).isEqualTo(2);
    assertThat(weft("lab", "up", "--hosts", "99")).isEqualTo(2);
    assertThat(weft("lab", "up", "--driver", "magic")).isEqualTo(2);
    assertThat(weft("lab", "up", "--underlay-mtu", "100")).isEqualTo(2);
    assertThat(weft("lab", "up", "--name", "../x")).isEqualTo(2);
    assertThat(weft("lab", "exec", "1")).isEqualTo(2);
    assertThat(weft("lab", "kill", "1", "--name", "no-such-lab")).isEqualTo(1);
    assertThat(weft("lab", "down", "--name", "no-such-lab")).isZero();
    assertThat(weft("demo", "--hosts", "1")).isEqualTo(2);
    assertThat(weft("lab")).isEqualTo(2);
  }

  @Test
  void commandsThatNeedTheAgentAreNotThereWithoutIt() {
    assertThat(WeftMain.commandLine(Optional.empty(), Optional.empty()).getSubcommands())
        .containsKeys("status", "version")
        .doesNotContainKeys("agent", "init", "join", "lab", "demo");
  }

  @Test
  void theVersionIsTheBuilds() throws Exception {
    assertThat(json("version").path("version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  private static void collect(CommandLine command, List<CommandLine> into) {
    into.add(command);
    command.getSubcommands().values().forEach(sub -> collect(sub, into));
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private JsonNode json(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-o", "json"));
    assertThat(weft(all.toArray(String[]::new))).as("%s: %s", all, err).isZero();
    assertThat(out).hasLineCount(1);
    return new ObjectMapper().readTree(out);
  }

  private int weft(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    if (!all.isEmpty() && talksToAnAgent(all.getFirst())) {
      all.addAll(List.of("--socket", folder.resolve("weft.sock").toString()));
    }
    return execute(all);
  }

  private int execute(List<String> all) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int code =
        everything()
            .setOut(new PrintWriter(outText, true))
            .setErr(new PrintWriter(errText, true))
            .execute(all.toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  private static boolean talksToAnAgent(String command) {
    return !List.of("version", "nonsense", "init", "join", "lab", "demo").contains(command);
  }

  private static CommandLine everything() {
    PretendedAgent pretended = new PretendedAgent();
    return WeftMain.commandLine(Optional.of(pretended), Optional.of(pretended));
  }
}
