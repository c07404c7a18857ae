package io.weft.overlay.config;

import io.weft.gossip.Detector;
import io.weft.gossip.GossipConfig;
import io.weft.overlay.config.ConfigLoader.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the record tree of checked values. */
final class ConfigBuilder {
  private final SortedMap<String, Setting> settings;

  ConfigBuilder(SortedMap<String, Setting> settings) {
    this.settings = settings;
  }

  WeftConfig build() {
    SortedMap<String, String> labels = new TreeMap<>();
    if (value("labels") instanceof SortedMap<?, ?> pairs) {
      pairs.forEach((k, v) -> labels.put((String) k, (String) v));
    }
    List<String> seeds =
        value("seeds") instanceof List<?> list
            ? list.stream().map(String.class::cast).toList()
            : List.of();
    return new WeftConfig(
        text("name"),
        text("cluster"),
        Path.of(text("dataDir")),
        Path.of(text("socket")),
        text("advertise"),
        text("driver"),
        whole("underlayMtu"),
        seeds,
        labels,
        new WeftConfig.Gossip(whole("gossip.port"), gossip()),
        new WeftConfig.Admin(whole("admin.port")),
        new WeftConfig.Esp(whole("esp.port"), (Boolean) value("esp.alwaysUdp")),
        new WeftConfig.Vxlan(whole("vxlan.port")),
        new WeftConfig.Raft(millis("raft.electionTimeout")),
        new WeftConfig.Registry(millis("registry.quarantine")),
        new WeftConfig.Log(text("log.level")));
  }

  private GossipConfig gossip() {
    return new GossipConfig(
        millis("gossip.probeInterval"),
        millis("gossip.probeTimeout"),
        whole("gossip.indirectProbes"),
        whole("gossip.suspicionMultiplier"),
        whole("gossip.suspicionMaxMultiplier"),
        whole("gossip.localHealthMax"),
        millis("gossip.gossipInterval"),
        whole("gossip.gossipNodes"),
        whole("gossip.retransmitMultiplier"),
        millis("gossip.syncInterval"),
        whole("gossip.datagramBudget"),
        millis("gossip.deadRetention"),
        millis("gossip.tombstone"),
        millis("gossip.superseded"),
        millis("gossip.reconnectMin"),
        millis("gossip.reconnectMax"),
        millis("gossip.deadProbeMax"),
        millis("gossip.leaveLinger"),
        millis("gossip.refutationHold"),
        Detector.WEFT);
  }

  private Object value(String path) {
    @Nullable Setting setting = settings.get(path);
    if (setting == null) {
      throw new AssertionError("every key has a default: " + path);
    }
    return setting.value();
  }

  private String text(String path) {
    return (String) value(path);
  }

  private int whole(String path) {
    return (Integer) value(path);
  }

  private long millis(String path) {
    return (Long) value(path);
  }
}
