package io.weft.overlay.config;

import io.weft.gossip.GossipConfig;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration of one host, checked.
 *
 * @param name empty: the host's own name
 * @param advertise the literal of an IP address; empty: found from the route to the seeds
 * @param driver auto, kernel, user or clear
 * @param underlayMtu bytes; 0: the link's own
 * @param seeds an address or host name each, with or without a port
 */
public record WeftConfig(
    String name,
    String cluster,
    Path dataDir,
    Path socket,
    String advertise,
    String driver,
    int underlayMtu,
    List<String> seeds,
    SortedMap<String, String> labels,
    Gossip gossip,
    Admin admin,
    Esp esp,
    Vxlan vxlan,
    Raft raft,
    Registry registry,
    Log log) {

  /** Copies the collections. */
  public WeftConfig {
    seeds = List.copyOf(seeds);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** Gossip and links; {@code port} is UDP and TCP. */
  public record Gossip(int port, GossipConfig tuning) {}

  /** Metrics and health; {@code port} is TCP on loopback. */
  public record Admin(int port) {}

  /** ESP in UDP. */
  public record Esp(int port, boolean alwaysUdp) {}

  /** VXLAN inside ESP. */
  public record Vxlan(int port) {}

  /** Consensus. */
  public record Raft(long electionTimeoutMillis) {}

  /** The registry. */
  public record Registry(long quarantineMillis) {}

  /** Logging; {@code level} is error, warn, info, debug or trace. */
  public record Log(String level) {}
}
