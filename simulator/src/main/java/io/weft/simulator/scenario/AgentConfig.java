package io.weft.simulator.scenario;

import io.weft.overlay.config.ConfigLoader;
import io.weft.overlay.config.ConfigResult;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the agents' settings and checks them with the agents' own schema. */
final class AgentConfig {
  /** What the simulator decides for each host itself. */
  private static final List<String> OWN =
      List.of("name", "cluster", "dataDir", "socket", "advertise", "seeds", "labels", "log");

  private final Fields.Problems problems;

  AgentConfig(Fields.Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads the settings below a key.
   *
   * @param base those that they come on top of
   * @return only what stands there
   */
  SortedMap<String, String> read(Fields fields, String key, SortedMap<String, String> base) {
    SortedMap<String, String> settings = new TreeMap<>();
    SortedMap<String, Integer> lines = new TreeMap<>();
    fields.flatten(key, settings, lines);
    SortedMap<String, String> effective = new TreeMap<>(base);
    settings.forEach(
        (path, value) -> {
          String section = path.split("\\.", 2)[0];
          if (OWN.contains(section)) {
            problems.add(
                lines.getOrDefault(path, fields.line()),
                fields.at(key) + "." + path,
                "is the simulator's own to set for each host; leave it out");
          } else {
            effective.put(path, value);
          }
        });
    switch (ConfigLoader.load("", null, Map.of(), effective)) {
      case ConfigResult.Valid _ -> {}
      case ConfigResult.Invalid(var errors) -> {
        for (var error : errors) {
          // What is wrong with the base has been said already.
          if (settings.containsKey(error.key()) || base.isEmpty()) {
            problems.add(
                lines.getOrDefault(error.key(), fields.line()),
                fields.at(key) + (error.key().isEmpty() ? "" : "." + error.key()),
                error.message());
          }
        }
      }
    }
    return settings;
  }
}
