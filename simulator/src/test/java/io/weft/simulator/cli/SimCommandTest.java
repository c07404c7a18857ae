package io.weft.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.node.cli.WeftMain;
import io.weft.simulator.history.HistoryCodec;
import io.weft.simulator.history.Operation;
import io.weft.simulator.history.OperationType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands as a user types them. */
class SimCommandTest {
  private static final String SMALL =
      """
      hosts: 3
      duration: 25s
      workload:
        - {at: 3s, createNetwork: {name: blue, subnet: 10.32.0.0/16}}
        - {at: 4s, attach: {network: blue, perHost: 1}}
      faults:
        - {at: 10s, for: 5s, isolate: {hosts: [3]}}
      expect: {convergedWithin: 60s}
      """;

  @TempDir Path folder = Path.of("set by JUnit");

  private record Answer(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  private static Answer weft(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = WeftMain.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Answer(code, out.toString(), err.toString());
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("small.yaml"), text).toString();
  }

  @Test
  void a_run_answers_with_the_contracts_keys_and_the_same_hash_each_time() throws IOException {
    String file = file(SMALL);
    String report = folder.resolve("run.html").toString();
    Answer first = weft("sim", "run", file, "--seed", "7", "-o", "json", "--report", report);
    Answer again =
        weft("sim", "run", file, "--seed", "7", "-o", "json", "--trace", folder + "/t.jsonl");
    assertThat(first.code()).as(first.out() + first.err()).isZero();
    assertThat(first.json().fieldNames())
        .toIterable()
        .contains(
            "scenario",
            "seed",
            "traceHash",
            "virtualSeconds",
            "wallSeconds",
            "events",
            "violations",
            "sometimes",
            "report");
    assertThat(first.json().path("scenario").asText()).isEqualTo("small");
    assertThat(again.json().path("traceHash")).isEqualTo(first.json().path("traceHash"));
    assertThat(Path.of(report))
        .content()
        .contains("<svg id=\"lanes\"", "\"latency\":{\"datagrams\":[[")
        .doesNotContain("/*DATA*/");
    assertThat(Files.readAllLines(folder.resolve("t.jsonl")))
        .hasSizeGreaterThan(100)
        .allSatisfy(line -> assertThat(new ObjectMapper().readTree(line).has("time")).isTrue());
  }

  @Test
  void a_sweep_answers_with_the_contracts_keys_and_fails_on_a_mark_that_is_never_met()
      throws IOException {
    Answer good = weft("sim", "sweep", file(SMALL), "--seeds", "1..2", "--twice", "-o", "json");
    assertThat(good.code()).as(good.out() + good.err()).isZero();
    assertThat(good.json().path("seeds").asInt()).isEqualTo(2);
    assertThat(good.json().path("passed").asInt()).isEqualTo(2);
    assertThat(good.json().path("failed").isArray()).isTrue();
    assertThat(good.json().has("eventsPerSecond")).isTrue();
    assertThat(good.json().has("virtualSecondsPerSecond")).isTrue();
    String never = SMALL.replace("60s}", "60s, sometimes: [host-left]}");
    Answer bad = weft("sim", "sweep", file(never), "--seeds", "1..1");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.out()).contains("NEVER MET: host-left");
  }

  @Test
  void a_malformed_scenario_is_refused_with_file_line_and_what_is_allowed() throws IOException {
    String file = file("hosts: 3\nfaults:\n  - {at: 5s, crash: {hosts: [9]}}\nseed: x\n");
    Answer answer = weft("sim", "run", file);
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .contains(
            file + ":3: faults[0].crash.hosts[0]: '9' is not allowed; it must be a host's number")
        .contains(file + ":4: seed: 'x' is not allowed");
    String mark = file("hosts: 3\nexpect:\n  sometimes: [host-left, foo]\n");
    Answer unknown = weft("sim", "run", mark);
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err())
        .contains(mark + ":3: expect.sometimes[1]: 'foo' is not allowed; it must be one of")
        .contains("leader-changed");
    assertThat(weft("sim", "run", "no-such-thing").code()).isEqualTo(2);
    assertThat(weft("sim", "sweep", "random", "--seeds", "5..1").code()).isEqualTo(2);
    assertThat(weft("sim", "sweep", "random", "--jobs", "0").code()).isEqualTo(2);
  }

  @Test
  void what_users_were_told_is_written_as_a_history_that_can_be_read() throws IOException {
    String contended =
        """
        name: small
        duration: 15s
        hosts: 3
        workload:
          - {at: 5s, every: 200ms, contend: {networks: 1, users: 2}}
        faults:
          - {at: 8s, for: 2s, isolate: {hosts: [2]}}
        """;
    Path history = folder.resolve("answers.jsonl");
    Answer run = weft("sim", "run", file(contended), "-o", "json", "--history", history.toString());
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.json().path("sometimes").path("answers-in-order").asInt()).isEqualTo(1);
    List<Operation> told = HistoryCodec.read(history);
    assertThat(told).filteredOn(o -> o.type() == OperationType.OK).hasSizeGreaterThan(20);
    assertThat(told).extracting(Operation::f).contains("create-network", "isolate");
  }

  /** Each is a format: picocli warns of a percent sign that is not written twice. */
  @Test
  void every_text_of_the_help_is_well_formed() {
    for (Class<?> type : SimCommand.class.getAnnotation(Command.class).subcommands()) {
      Command command = type.getAnnotation(Command.class);
      List<String> texts = new ArrayList<>(List.of(command.description()));
      texts.addAll(List.of(command.footer()));
      for (Field field : type.getDeclaredFields()) {
        Option option = field.getAnnotation(Option.class);
        texts.addAll(option == null ? List.of() : List.of(option.description()));
      }
      assertThat(texts)
          .as(command.name())
          .allSatisfy(t -> assertThat(t.replace("%%", "").replace("%n", "")).doesNotContain("%"));
    }
  }

  @Test
  void what_cannot_be_read_or_written_is_said_before_anything_runs() throws IOException {
    String file = file(SMALL);
    String nowhere = folder + "/nowhere/x";
    for (String option : List.of("--report", "--trace", "--history")) {
      Answer run = weft("sim", "run", "random", "--twice", option, nowhere);
      assertThat(run.code()).as(option).isEqualTo(2);
      assertThat(run.err()).contains("no directory " + folder + "/nowhere").hasLineCount(1);
      assertThat(run.out()).isEmpty();
    }
    Answer shrink = weft("sim", "shrink", file, "--out", nowhere);
    assertThat(shrink.code()).isEqualTo(2);
    assertThat(shrink.err()).contains("no directory " + folder + "/nowhere");
    Answer over = weft("sim", "run", file, "--report", folder.toString());
    assertThat(over.code()).isEqualTo(2);
    assertThat(over.err()).contains("is a directory; name a file");
    Answer folderAsScenario = weft("sim", "run", folder.toString());
    assertThat(folderAsScenario.code()).isEqualTo(2);
    assertThat(folderAsScenario.err()).contains("is a directory, no file");
    Answer range = weft("sim", "sweep", "random", "--seeds", "abc");
    assertThat(range.code()).isEqualTo(2);
    assertThat(range.err()).contains("'abc' is not a range of seeds");
  }

  @Test
  void a_host_that_the_scenario_does_not_have_cannot_be_followed() throws IOException {
    String file = file(SMALL);
    for (String host : List.of("4", "0", "-1")) {
      Answer answer = weft("sim", "replay", file, "--host", host);
      assertThat(answer.code()).as(host).isEqualTo(2);
      assertThat(answer.err()).contains("'" + host + "'", "hosts 1..3").hasLineCount(1);
    }
  }

  @Test
  void the_library_is_listed_and_a_drawn_scenario_can_be_shown() throws IOException {
    assertThat(weft("sim", "list", "-o", "json").json().path("scenarios").findValuesAsText("name"))
        .contains("minority-keeps-working", "random");
    String shown = weft("sim", "show", "random", "--seed", "5").out();
    assertThat(shown).contains("seed: 5").contains("faults:").doesNotContain("random:");
  }

  @Test
  void nothing_is_shrunk_when_nothing_is_violated() throws IOException {
    Answer answer = weft("sim", "shrink", file(SMALL), "--out", folder + "/smaller.yaml");
    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.out()).contains("nothing to shrink");
    assertThat(folder.resolve("smaller.yaml")).doesNotExist();
  }

  @Test
  void coordinates_come_near_the_truth() throws IOException {
    String[] few = {"sim", "coordinates", "--hosts", "20", "--seconds", "200", "--runs", "2"};
    Answer text = weft(few);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).contains("MEDIAN ERROR");
    JsonNode answer = weftJson(few);
    for (JsonNode run : answer.path("runs")) {
      assertThat(run.path("known").asDouble()).isEqualTo(1);
      assertThat(run.path("medianError").asDouble()).isBetween(0.0, 0.15);
    }
    assertThat(weftJson(few)).as("the same way each time").isEqualTo(answer);
    assertThat(weft("sim", "coordinates", "--hosts", "2").code()).isEqualTo(2);
  }

  @Test
  void experiments_answer_with_a_row_for_each_of_what_was_asked() throws IOException {
    String[] rapid = {
      "sim", "rapid", "--members", "20", "--sick", "2", "--seconds", "20", "--presets", "weft"
    };
    JsonNode all = weftJson(rapid);
    assertThat(all.path("rows").findValuesAsText("fault"))
        .containsExactly("crash", "flip-flop", "ingress-loss");
    String[] endpoints = {
      "sim", "endpoints", "--hosts", "5", "--seconds", "20", "--seeds", "1..2", "--loss", "0,5"
    };
    JsonNode changes = weftJson(endpoints);
    assertThat(changes.path("rows").findValuesAsText("lossPercent")).containsExactly("0.0", "5.0");
    for (JsonNode row : changes.path("rows")) {
      assertThat(row.path("changes").asInt()).isPositive();
      assertThat(row.path("missing").asInt(-1)).isZero();
    }
    assertThat(weft("sim", "rapid", "--faults", "none").code()).isEqualTo(2);
    assertThat(weft("sim", "rapid", "--presets", "none").code()).isEqualTo(2);
    assertThat(weft("sim", "rapid", "--jobs", "0").code()).isEqualTo(2);
    assertThat(weft("sim", "endpoints", "--loss", "100").code()).isEqualTo(2);
  }

  @Test
  void speed_runs_a_crowd_and_tells_what_it_did() throws IOException {
    String[] crowd = {"sim", "speed", "--hosts", "20", "--warm", "5", "--seconds", "5"};
    Answer text = weft(crowd);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).contains("EVENTS/S");
    JsonNode run = weftJson(crowd).path("runs").path(0);
    assertThat(run.path("events").asLong()).isGreaterThan(20 * 5);
    assertThat(run.path("unknown").asDouble()).as("all know each other").isZero();
    assertThat(run.path("traceHash"))
        .as("a crowd takes the same way each time")
        .isEqualTo(weftJson(crowd).path("runs").path(0).path("traceHash"));
    Answer join =
        weft(
            "sim",
            "speed",
            "--hosts",
            "20",
            "--join",
            "--warm",
            "0",
            "--seconds",
            "30",
            "-o",
            "json");
    assertThat(join.json().path("runs").path(0).path("unknown").asDouble()).isZero();

    assertThat(weft("sim", "speed", "--hosts", "0"))
        .satisfies(bad -> assertThat(bad.code()).isEqualTo(2))
        .satisfies(bad -> assertThat(bad.err()).contains("--hosts must be 1 to"));
  }

  private static JsonNode weftJson(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-o", "json"));
    return weft(all.toArray(String[]::new)).json();
  }
}
