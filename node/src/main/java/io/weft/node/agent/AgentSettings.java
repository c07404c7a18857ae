package io.weft.node.agent;

import io.weft.gossip.GossipConfig;
import io.weft.vxlan.driver.DriverChoice;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the agent is told by its configuration, read and checked.
 *
 * @param advertise the address that peers reach this host at, or null: that of the route to them
 * @param adminPort TCP port on loopback for metrics and health
 * @param underlayMtu bytes, or 0: that of the link
 * @param seeds "host:port" of other members, beside those that are known from before
 */
record AgentSettings(
    Path dataDir,
    Path socket,
    String name,
    String cluster,
    @Nullable String advertise,
    int gossipPort,
    int adminPort,
    int espPort,
    int vxlanPort,
    DriverChoice driver,
    boolean alwaysUdp,
    int underlayMtu,
    List<String> seeds,
    SortedMap<String, String> labels,
    GossipConfig gossip,
    long electionTimeoutMillis,
    long quarantineMillis,
    String logLevel) {
  AgentSettings {
    seeds = List.copyOf(seeds);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }
}
