package io.weft.chaos.cluster;

import java.util.List;

/**
 * Hosts on which agents run as a user would run them. What a host does is seen only through
 * commands run on it; faults are put in place from outside, by what a backend knows of its hosts.
 */
public interface Cluster extends AutoCloseable {

  /** The hosts' names, in order. */
  List<String> hosts();

  /** The address under which the other hosts reach a host. */
  String address(String host);

  /**
   * A path through which nsenter enters the host's network namespace, valid while the host runs.
   */
  String networkNamespace(String host);

  /**
   * Runs a command on a host to its end.
   *
   * @throws ClusterException when it cannot be run at all
   */
  CommandResult exec(String host, String... command);

  /** Removes the hosts and all that belongs to them. Safe to call twice. */
  @Override
  void close();
}
