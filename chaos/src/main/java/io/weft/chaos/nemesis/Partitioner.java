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
    try {
      for (String host : cluster.hosts()) {
        for (String peer : cluster.hosts()) {
          if (!host.equals(peer) && !together(groups, host, peer)) {
            probe(host, peer, true);
            drop(host, List.of("INPUT", "-s", cluster.address(peer), "-j", "DROP"));
            drop(host, List.of("OUTPUT", "-d", cluster.address(peer), "-j", "DROP"));
            probe(host, peer, false);
          }
        }
      }
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
    for (String host : cluster.hosts()) {
      for (String peer : cluster.hosts()) {
        if (!host.equals(peer)) {
          probe(host, peer, true);
        }
      }
    }
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
  private void probe(String from, String to, boolean open) {
    boolean answered = false;
    for (int i = 0; i < (open ? PROBE_ATTEMPTS : 1) && !answered; i++) {
      answered =
          cluster.exec(from, "ping", "-c1", "-W" + PROBE_WAIT_SECONDS, cluster.address(to)).ok();
    }
    if (answered != open) {
      throw new ClusterException(
          open
              ? from + " cannot reach " + to + " though nothing cuts them off"
              : from + " still reaches " + to + " though it was cut off");
    }
  }

  private static boolean together(List<List<String>> groups, String one, String other) {
    return groups.stream().anyMatch(group -> group.contains(one) && group.contains(other));
  }
}
