package io.weft.chaos.nemesis;

import io.weft.chaos.cluster.Cluster;
import io.weft.chaos.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts hosts off from each other with firewall rules in their network namespaces, put there from
 * outside: the agents see nothing but packets that do not arrive. Both directions are dropped at
 * both ends. Needs root on the machine where the hosts run.
 */
public final class Partitioner implements AutoCloseable {
  private static final int PROBE_WAIT_SECONDS = 1;
  private static final int PROBE_ATTEMPTS = 3;

  /** One rule, so that exactly it can be taken away again. */
  private record Rule(String host, List<String> match) {}

  private record Pair(String from, String to) {}

  private final Cluster cluster;
  private final List<Rule> rules = new ArrayList<>();

  /** A partitioner with no partition in place. */
  public Partitioner(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Lets only hosts that share a group reach each other, and proves that every cut holds.
   *
   * @param groups groups of hosts; may overlap; a host in no group is cut off from all
   * @throws ClusterException when a rule cannot be set or a probe still gets through; the rules set
   *     so far are lifted
   */
  public void partition(List<List<String>> groups) {
    heal();
    List<Pair> cut = pairs().stream().filter(pair -> !together(groups, pair)).toList();
    // A path that was down before proves nothing when it is down afterwards.
    cut.forEach(pair -> probe(pair, true));
    try {
      for (Pair pair : cut) {
        drop(pair.from(), List.of("INPUT", "-s", cluster.address(pair.to()), "-j", "DROP"));
        drop(pair.from(), List.of("OUTPUT", "-d", cluster.address(pair.to()), "-j", "DROP"));
      }
      cut.forEach(pair -> probe(pair, false));
    } catch (RuntimeException e) {
      lift();
      throw e;
    }
  }

  /**
   * Lifts every rule, and proves that every two hosts reach each other.
   *
   * @throws ClusterException when a rule stays or a probe does not get through
   */
  public void heal() {
    if (rules.isEmpty()) {
      return;
    }
    lift();
    pairs().forEach(pair -> probe(pair, true));
  }

  /** Lifts every rule without proving anything. */
  @Override
  public void close() {
    lift();
  }

  private void lift() {
    for (Rule rule : rules) {
      iptables(rule.host(), "-D", rule.match());
    }
    rules.clear();
  }

  private void drop(String host, List<String> match) {
    iptables(host, "-I", match);
    rules.add(new Rule(host, match));
  }

  private void iptables(String host, String action, List<String> match) {
    List<String> command = new ArrayList<>();
    command.add("nsenter");
    command.add("--net=" + cluster.networkNamespace(host));
    command.addAll(List.of("iptables", "-w", action));
    command.addAll(match);
    HostCommand.run(command);
  }

  /** Pings; the first answer decides that a path is there, only several losses that it is not. */
  private void probe(Pair pair, boolean open) {
    boolean answered = false;
    for (int i = 0; i < PROBE_ATTEMPTS && !answered; i++) {
      String wait = "-W" + PROBE_WAIT_SECONDS;
      answered = cluster.exec(pair.from(), "ping", "-c1", wait, cluster.address(pair.to())).ok();
    }
    if (answered != open) {
      throw new ClusterException(
          pair.from()
              + (open ? " cannot reach " : " still reaches ")
              + pair.to()
              + (open ? " though nothing cuts them off" : " though it was cut off"));
    }
  }

  /** Every host with every other, both ways. */
  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (String from : cluster.hosts()) {
      for (String to : cluster.hosts()) {
        if (!from.equals(to)) {
          pairs.add(new Pair(from, to));
        }
      }
    }
    return pairs;
  }

  private static boolean together(List<List<String>> groups, Pair pair) {
    return groups.stream().anyMatch(g -> g.contains(pair.from()) && g.contains(pair.to()));
  }
}
