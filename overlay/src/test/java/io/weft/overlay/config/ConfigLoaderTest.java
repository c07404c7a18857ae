package io.weft.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.overlay.config.ConfigResult.Invalid;
import io.weft.overlay.config.ConfigResult.Valid;
import io.weft.overlay.config.EffectiveConfig.Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class ConfigLoaderTest {
  private static EffectiveConfig good(
      String text, Map<String, String> environment, Map<String, String> flags) {
    return switch (ConfigLoader.load("weft.yaml", text, environment, flags)) {
      case Valid valid -> valid.config();
      case Invalid invalid -> throw new AssertionError(invalid.errors().toString());
    };
  }

  private static List<String> bad(
      String text, Map<String, String> environment, Map<String, String> flags) {
    return switch (ConfigLoader.load("weft.yaml", text, environment, flags)) {
      case Valid valid -> throw new AssertionError(valid.toString());
      case Invalid invalid -> invalid.errors().stream().map(ConfigError::toString).toList();
    };
  }

  private static List<String> bad(String text) {
    return bad(text, Map.of(), Map.of());
  }

  @Example
  void every_key_has_a_default() {
    WeftConfig config = ConfigLoader.defaults();
    assertThat(config.gossip().tuning()).isEqualTo(GossipConfig.defaults());
    assertThat(config.dataDir()).isEqualTo(Path.of("/var/lib/weft"));
    assertThat(config.gossip().port()).isEqualTo(7940);
    assertThat(config.vxlan().port()).isEqualTo(7943);
  }

  @Example
  void an_empty_file_is_the_defaults() {
    for (String empty : List.of("", "# nothing\n", "gossip:\n")) {
      assertThat(good(empty, Map.of(), Map.of()).config()).isEqualTo(ConfigLoader.defaults());
    }
  }

  @Example
  void flags_come_before_variables_and_those_before_the_file_and_each_value_knows_its_origin() {
    EffectiveConfig config =
        good(
            """
            cluster: blue
            labels: {region: eu, rack: 4}
            seeds:
              - 10.0.0.1:7940
              - "[fd00::1]:7940"
            gossip:
              probeInterval: 2s
              port: 1940
            """,
            Map.of(
                "WEFT_GOSSIP_PROBE_INTERVAL", "3s", "WEFT_LOG_LEVEL", "debug", "WEFT_REQUIRE", "x"),
            Map.of("gossip.probeInterval", "4s"));
    assertThat(config.config().gossip().tuning().probeIntervalMillis()).isEqualTo(4_000);
    assertThat(config.config().labels()).containsEntry("region", "eu").containsEntry("rack", "4");
    assertThat(config.config().seeds()).containsExactly("10.0.0.1:7940", "[fd00::1]:7940");
    assertThat(origin(config, "gossip.probeInterval")).isEqualTo("--set gossip.probeInterval");
    assertThat(origin(config, "log.level")).isEqualTo("WEFT_LOG_LEVEL");
    assertThat(origin(config, "gossip.port")).isEqualTo("weft.yaml:8");
    assertThat(origin(config, "esp.port")).isEqualTo("default");
  }

  private static String origin(EffectiveConfig config, String key) {
    return config.entries().stream()
        .filter(e -> e.key().equals(key))
        .map(Entry::origin)
        .findFirst()
        .orElseThrow()
        .toString();
  }

  @Example
  void all_errors_are_said_at_once_with_line_key_range_and_the_key_that_was_meant() {
    List<String> errors =
        bad(
            """
            clutser: blue
            gossip:
              probeIntervall: 1s
              port: 70000
            driver: kernal
            advertise: 10.0.0.256
            log: info
            underlayMtu: 1500
            cluster: Blue Team
            dataDir: relative
            cluster: blue
            seeds: [a b]
            """,
            Map.of("WEFT_GOSSIP_PORTT", "1", "WEFT_ESP_PORT", "x"),
            Map.of("raft.electionTimeout", "1"));
    assertThat(errors)
        .satisfiesExactly(
            e ->
                assertThat(e)
                    .startsWith("weft.yaml:1: clutser:")
                    .contains("did you mean 'cluster'"),
            e -> assertThat(e).startsWith("weft.yaml:3:").contains("'gossip.probeInterval'"),
            e -> assertThat(e).startsWith("weft.yaml:4: gossip.port:").contains("1 to 65535"),
            e -> assertThat(e).startsWith("weft.yaml:5: driver:").contains("did you mean 'kernel'"),
            e -> assertThat(e).startsWith("weft.yaml:6: advertise:"),
            e -> assertThat(e).startsWith("weft.yaml:7: log: is a section"),
            e -> assertThat(e).startsWith("weft.yaml:8: underlayMtu:").contains("has no unit"),
            e -> assertThat(e).startsWith("weft.yaml:9: cluster:"),
            e -> assertThat(e).startsWith("weft.yaml:10: dataDir:").contains("absolute"),
            e -> assertThat(e).startsWith("weft.yaml:11: cluster: is set already, on line 9"),
            e -> assertThat(e).startsWith("weft.yaml:12: seeds:"),
            e -> assertThat(e).startsWith("WEFT_ESP_PORT: esp.port:"),
            e -> assertThat(e).startsWith("WEFT_GOSSIP_PORTT:").contains("'WEFT_GOSSIP_PORT'"),
            e -> assertThat(e).startsWith("--set raft.electionTimeout:").contains("has no unit"));
  }

  @Example
  void impossible_combinations_are_refused() {
    assertThat(bad("gossip: {port: 7942}"))
        .singleElement()
        .asString()
        .startsWith("weft.yaml:1: gossip.port:")
        .contains("esp.port");
    assertThat(bad("gossip:\n  probeTimeout: 1s"))
        .singleElement()
        .asString()
        .startsWith("weft.yaml:2: gossip.probeTimeout:")
        .contains("below gossip.probeInterval (1s)");
    assertThat(bad("gossip: {reconnectMin: 20s}")).hasSize(1);
  }

  @Example
  void what_is_no_yaml_or_of_a_wrong_shape_is_one_clear_error() {
    assertThat(bad("cluster: [")).singleElement().asString().contains("no YAML");
    assertThat(bad("seeds: [a\ncluster: b\n"))
        .singleElement()
        .asString()
        .contains("expected ',' or ']'");
    assertThat(bad("# one\n# two\ngossip:\n\tport: 7000\n"))
        .singleElement()
        .asString()
        .startsWith("weft.yaml:4: ")
        .contains("Do not use \\t(TAB) for indentation");
    assertThat(bad("cluster: a\n" + "# a line\n".repeat(998) + "# \u0007\n"))
        .singleElement()
        .asString()
        .startsWith("weft.yaml:1000: ")
        .contains("not allowed");
    assertThat(bad("- a\n- b")).singleElement().asString().contains("key: value");
    assertThat(bad("cluster: {a: b}"))
        .singleElement()
        .asString()
        .startsWith("weft.yaml:1: cluster");
    assertThat(bad("cluster: [a]")).hasSize(1);
    assertThat(bad("cluster:")).singleElement().asString().contains("has no value");
    assertThat(bad("labels: {a: {b: c}}")).hasSize(1);
    assertThat(bad("a: 1\n---\nb: 2")).hasSizeGreaterThanOrEqualTo(1);
    assertThat(bad("name: &x a\ncluster: *x")).singleElement().asString().contains("aliases");
  }

  @Property(tries = 1_000)
  void any_text_is_read_or_refused_and_never_throws(@ForAll String text) {
    assertThat(ConfigLoader.load("f", text, Map.of(), Map.of())).isNotNull();
  }

  @Property
  void durations_survive_their_way_as_text(
      @ForAll @LongRange(min = 0, max = 1L << 40) long millis) {
    assertThat(Durations.read(Durations.format(millis), 0, 1L << 40))
        .isEqualTo(new ValueType.Read.Good(millis));
  }
}
