package io.weft.node.lab;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A lab as {@code weft lab status} shows it.
 *
 * @param cuts pairs of hosts of which the first cannot send to the second
 * @param lossPercent by host
 */
public record LabView(
    String name,
    String driver,
    int underlayMtu,
    List<Host> hosts,
    List<Direction> cuts,
    SortedMap<Integer, Double> lossPercent) {

  /**
   * One host.
   *
   * @param pid of its agent, null when it has none
   * @param netns path of its network namespace, as nsenter takes it
   * @param userns path of its user namespace, null when that is the machine's own
   * @param state "running", "stopped" (SIGSTOP) or "dead"
   */
  public record Host(
      int host,
      @Nullable Integer pid,
      String netns,
      @Nullable String userns,
      String address,
      String socket,
      String state) {}

  static LabView of(LabState state) {
    return new LabView(
        state.name(),
        state.driver(),
        state.underlayMtu(),
        state.hosts().stream().map(LabView::host).toList(),
        state.cuts(),
        state.lossPercent());
  }

  private static Host host(LabState.Host host) {
    ProcessRef agent = host.agent();
    ProcessRef.Condition condition = agent == null ? ProcessRef.Condition.GONE : agent.condition();
    return new Host(
        host.host(),
        agent == null || condition == ProcessRef.Condition.GONE ? null : agent.pid(),
        host.namespace().netns(),
        host.namespace().userns(),
        host.address(),
        host.socket(),
        switch (condition) {
          case RUNNING -> "running";
          case STOPPED -> "stopped";
          case GONE -> "dead";
        });
  }
}
