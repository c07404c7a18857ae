package io.weft.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weft.gossip.GossipConfig;
import io.weft.vxlan.driver.DriverChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** TEMPORARY. */
final class Settings {
  private Settings() {}

  static AgentSettings load(@Nullable Path config, SortedMap<String, String> overrides)
      throws IOException {
    JsonNode y =
        config == null
            ? YAMLMapper.builder().build().createObjectNode()
            : YAMLMapper.builder().build().readTree(config.toFile());
    return new AgentSettings(
        Path.of(g(y, overrides, "dataDir", "/var/lib/weft")),
        Path.of(g(y, overrides, "socket", "/run/weft/weft.sock")),
        g(y, overrides, "name", "host"),
        g(y, overrides, "cluster", "weft"),
        g(y, overrides, "advertise", ""),
        7940,
        7941,
        7942,
        7943,
        DriverChoice.valueOf(g(y, overrides, "driver", "auto").toUpperCase(Locale.ROOT)),
        false,
        0,
        List.of(),
        new TreeMap<>(),
        GossipConfig.defaults(),
        1000,
        600_000,
        "info");
  }

  private static String g(JsonNode y, SortedMap<String, String> o, String k, String d) {
    String v = o.get(k);
    return v != null ? v : y.path(k).asText(d);
  }
}
