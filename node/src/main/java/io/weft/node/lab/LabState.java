package io.weft.node.lab;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a lab between commands, as JSON in its folder.
 *
 * @param driver the data-plane driver the agents were told to take
 * @param underlayMtu bytes
 * @param complete false while it is being built
 * @param wire holds the router's namespace
 * @param cuts what the wire loses altogether
 * @param lossPercent share the wire loses each way, by host
 */
public record LabState(
    String name,
    String driver,
    int underlayMtu,
    boolean complete,
    @Nullable Namespace wire,
    List<Host> hosts,
    List<Direction> cuts,
    SortedMap<Integer, Double> lossPercent) {

  /**
   * A namespace that something holds.
   *
   * @param holder the process that does nothing but be in it
   * @param netns path of the namespace, as nsenter takes it
   * @param userns path of its user namespace, null when that is the machine's own
   */
  public record Namespace(ProcessRef holder, String netns, @Nullable String userns) {}

  /**
   * One host.
   *
   * @param host 1..N
   * @param agent null before its first start
   * @param address on the underlay
   */
  public record Host(
      int host, Namespace namespace, @Nullable ProcessRef agent, String address, String socket) {
    Host withAgent(@Nullable ProcessRef next) {
      return new Host(host, namespace, next, address, socket);
    }
  }

  LabState with(List<Host> nextHosts, boolean nextComplete) {
    return new LabState(
        name, driver, underlayMtu, nextComplete, wire, List.copyOf(nextHosts), cuts, lossPercent);
  }

  LabState withFaults(List<Direction> nextCuts, SortedMap<Integer, Double> nextLoss) {
    return new LabState(
        name, driver, underlayMtu, complete, wire, hosts, List.copyOf(nextCuts), nextLoss);
  }
}
