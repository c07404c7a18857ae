package io.weft.simulator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.gossip.testing.CheapSigner;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.scenario.Scenarios;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One HTML file that shows a run to a person; it needs no network and no other file. */
public final class HtmlReport {
  private static final String TEMPLATE = "/io/weft/simulator/report/report.html";
  private static final String DATA_MARK = "/*DATA*/null";
  private static final String TITLE_MARK = "<!--TITLE-->";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double ROUND = 1e4;

  private HtmlReport() {}

  /**
   * Draws it.
   *
   * @param replay the command that runs it again
   */
  public static String of(Scenario scenario, RunResult result, Recording recording, String replay) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    summary(data, scenario, result, replay);
    recorded(data, recording);
    try {
      // No text in it may end the script, whatever it says.
      String json = new ObjectMapper().writeValueAsString(data).replace("<", "\\u003c");
      String title = scenario.name() + ", seed " + result.seed();
      return template().replace(TITLE_MARK, title).replace(DATA_MARK, json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not writable as JSON", e);
    }
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / NANOS_PER_SECOND * ROUND) / ROUND;
  }

  private static void summary(ObjectNode data, Scenario scenario, RunResult result, String replay) {
    data.put("scenario", scenario.name());
    data.put("seed", String.valueOf(result.seed()));
    data.put("traceHash", result.traceHash());
    data.put("end", seconds(result.virtualNanos()));
    data.put("wall", seconds(result.wallNanos()));
    data.put("events", result.events());
    data.put("replay", replay);
    data.put("yaml", Scenarios.write(scenario));
    ArrayNode hosts = data.putArray("hosts");
    for (ScenarioHost host : scenario.hosts()) {
      hosts.addObject().put("n", host.number()).put("name", host.name());
    }
    ArrayNode violations = data.putArray("violations");
    result
        .violations()
        .forEach(
            v ->
                violations
                    .addObject()
                    .put("invariant", v.invariant())
                    .put("at", seconds(v.atNanos()))
                    .put("detail", v.detail()));
    ObjectNode sometimes = data.putObject("sometimes");
    result.sometimes().forEach(sometimes::put);
    ObjectNode rates = data.putObject("rates");
    result.rates().forEach(rates::put);
    ArrayNode notes = data.putArray("notes");
    result.notes().forEach(notes::add);
    data.put("simplified", CheapSigner.SIMPLIFIED);
  }

  private static void recorded(ObjectNode data, Recording recording) {
    data.put("matrix", recording.matrix());
    data.put("eventsLeftOut", recording.eventsLeftOut());
    data.put("arrowsLeftOut", recording.arrowsLeftOut());
    ArrayNode events = data.putArray("log");
    recording
        .events()
        .forEach(
            e ->
                events
                    .addArray()
                    .add(seconds(e.atNanos()))
                    .add(e.kind())
                    .add(e.host())
                    .add(e.detail()));
    ArrayNode beliefs = data.putArray("beliefs");
    recording
        .beliefs()
        .forEach(
            b ->
                beliefs
                    .addArray()
                    .add(seconds(b.atNanos()))
                    .add(b.host())
                    .add(b.other())
                    .add(b.state()));
    ArrayNode bands = data.putArray("faults");
    recording
        .bands()
        .forEach(
            b ->
                bands
                    .addArray()
                    .add(seconds(b.atNanos()))
                    .add(seconds(b.untilNanos()))
                    .add(b.kind())
                    .add(b.detail()));
    ArrayNode arrows = data.putArray("messages");
    recording
        .arrows()
        .forEach(
            a ->
                arrows
                    .addArray()
                    .add(seconds(a.atNanos()))
                    .add(a.from())
                    .add(a.to())
                    .add(a.channel())
                    .add(a.bytes()));
    ObjectNode traffic = data.putObject("traffic");
    recording
        .bytesByChannel()
        .forEach(
            (channel, bySecond) -> {
              ArrayNode points = traffic.putArray(channel);
              bySecond.forEach((second, bytes) -> points.addArray().add(second).add(bytes));
            });
    ObjectNode latency = data.putObject("latency");
    latencies(latency.putArray("datagrams"), recording.latencies(true));
    latencies(latency.putArray("links"), recording.latencies(false));
    ArrayNode counts = data.putArray("counts");
    recording
        .counts()
        .forEach(
            (second, states) -> {
              ObjectNode at = counts.addObject().put("at", second);
              states.forEach(at::put);
            });
  }

  /** Second, mean and worst in milliseconds. */
  private static void latencies(ArrayNode into, Map<Integer, Recording.Latency> bySecond) {
    bySecond.forEach(
        (second, l) ->
            into.addArray()
                .add(second)
                .add(l.totalNanos() / 1e6 / l.messages())
                .add(l.worstNanos() / 1e6));
  }

  private static String template() {
    try (InputStream in = HtmlReport.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new AssertionError("missing from the jar: " + TEMPLATE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + TEMPLATE, e);
    }
  }
}
