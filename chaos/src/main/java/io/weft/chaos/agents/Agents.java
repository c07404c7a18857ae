package io.weft.chaos.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weft.chaos.cluster.Cluster;
import io.weft.chaos.cluster.ClusterException;
import io.weft.chaos.cluster.CommandResult;
import io.weft.simulator.history.MembersRead;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The agents of a cluster, one on each host: made a cluster by {@code init}, {@code token create}
 * and {@code join}, run by {@code agent}, and asked by the commands that anybody can call.
 */
public final class Agents {
  private static final int GOSSIP_PORT = 7940;
  private static final String CONFIG = "/etc/weft/weft.yaml";
  private static final String LOG = "/var/log/weft.log";
  private static final int LOG_LINES = 40;
  private static final long START_LIMIT_MILLIS = 90_000;
  private static final long POLL_MILLIS = 500;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Cluster cluster;
  private final String name;

  /**
   * Agents that do not run yet.
   *
   * @param name the name of the cluster that they will form
   */
  public Agents(Cluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
  }

  /**
   * Makes the first host the first node, joins all others by a token, and starts every agent.
   *
   * @throws ClusterException when a command fails, or not every agent sees all alive in time
   */
  public void form() {
    List<String> hosts = cluster.hosts();
    String first = hosts.getFirst();
    hosts.forEach(this::configure);
    cluster.exec(first, "weft", "init", "--config", CONFIG).outputOrThrow("weft init");
    start(first);
    if (hosts.size() > 1) {
      List<String> joiners = hosts.subList(1, hosts.size());
      String uses = String.valueOf(joiners.size());
      String token =
          ask(first, "weft", "token", "create", "--uses", uses, "-o", "json")
              .path("token")
              .asText();
      for (String host : joiners) {
        String seed = cluster.address(first) + ":" + GOSSIP_PORT;
        cluster
            .exec(host, "weft", "join", seed, "--token", token, "--config", CONFIG)
            .outputOrThrow("weft join on " + host);
        start(host);
      }
    }
    await("every agent sees every host alive", START_LIMIT_MILLIS, this::allSeeAllAlive);
  }

  /**
   * Starts a host's agent, and waits until it answers.
   *
   * @throws ClusterException when it ends, or does not answer in time
   */
  public void start(String host) {
    String pid =
        cluster
            .exec(
                host,
                "sh",
                "-c",
                "setsid weft agent --config " + CONFIG + " >>" + LOG + " 2>&1 </dev/null & echo $!")
            .outputOrThrow("starting the agent")
            .strip();
    await(
        "the agent of " + host + " answers, or has ended",
        START_LIMIT_MILLIS,
        () ->
            cluster.exec(host, "weft", "status", "-o", "json").ok()
                || !cluster.exec(host, "kill", "-0", pid).ok());
    if (!cluster.exec(host, "kill", "-0", pid).ok()) {
      throw new ClusterException("the agent of " + host + " has ended\n" + logs());
    }
  }

  /** What a host believes of all. */
  public MembersRead members(String host) {
    SortedMap<String, String> states = new TreeMap<>();
    for (JsonNode member : ask(host, "weft", "members", "-o", "json").path("members")) {
      states.put(member.path("name").asText(), member.path("state").asText());
    }
    return new MembersRead(host, states);
  }

  /** The types of the events that a host has told of a subject, in order. */
  public List<String> eventsOf(String host, String subject) {
    List<String> types = new ArrayList<>();
    String lines = cluster.exec(host, "weft", "events", "-o", "json").outputOrThrow("weft events");
    for (String line : lines.lines().filter(line -> !line.isBlank()).toList()) {
      JsonNode event = parse(line, "weft events");
      if (event.path("subject").asText().equals(subject)) {
        types.add(event.path("type").asText());
      }
    }
    return types;
  }

  /** Runs a command that prints one JSON object. */
  public JsonNode ask(String host, String... command) {
    String what = String.join(" ", command) + " on " + host;
    return parse(cluster.exec(host, command).outputOrThrow(what), what);
  }

  /** Whether every agent sees every host alive. */
  public boolean allSeeAllAlive() {
    for (String host : cluster.hosts()) {
      SortedMap<String, String> states = members(host).states();
      if (!states.keySet().containsAll(cluster.hosts())
          || !states.values().stream().allMatch("alive"::equals)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Waits until something holds; a failing command counts as not yet.
   *
   * @throws ClusterException when it does not hold in time; with the ends of the agents' logs
   */
  public void await(String what, long limitMillis, BooleanSupplier holds) {
    long deadlineNanos = System.nanoTime() + limitMillis * 1_000_000;
    String last = "";
    while (System.nanoTime() < deadlineNanos) {
      try {
        if (holds.getAsBoolean()) {
          return;
        }
        last = "";
      } catch (ClusterException e) {
        last = "; last error: " + e.getMessage();
      }
      pause();
    }
    throw new ClusterException("not within " + limitMillis + " ms: " + what + last + "\n" + logs());
  }

  /** The ends of all agents' logs. */
  public String logs() {
    StringBuilder all = new StringBuilder();
    for (String host : cluster.hosts()) {
      CommandResult tail = cluster.exec(host, "tail", "-n", String.valueOf(LOG_LINES), LOG);
      all.append("--- ").append(host).append(":\n").append(tail.output()).append(tail.errors());
    }
    return all.toString();
  }

  private void configure(String host) {
    String config =
        "cluster: %s\nname: %s\nadvertise: %s\n".formatted(name, host, cluster.address(host));
    cluster
        .exec(host, "sh", "-c", "printf '%s' \"$0\" > " + CONFIG, config)
        .outputOrThrow("writing the configuration");
  }

  private static JsonNode parse(String text, String what) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ClusterException(what + " printed no JSON: " + text.strip(), e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting", e);
    }
  }
}
