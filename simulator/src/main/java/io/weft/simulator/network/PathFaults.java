package io.weft.simulator.network;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with the paths now. Each fault is put on and taken off by itself; several on one
 * path add up.
 */
public final class PathFaults {
  private final int[][] udp;
  private final int[][] tcp;
  private final List<List<Double>> loss = new ArrayList<>();
  private final List<List<Double>> duplicate = new ArrayList<>();
  private final List<List<Double>> reorder = new ArrayList<>();
  private final long[] delayNanos;

  PathFaults(int hosts) {
    udp = new int[hosts][hosts];
    tcp = new int[hosts][hosts];
    delayNanos = new long[hosts];
    for (int i = 0; i < hosts; i++) {
      loss.add(new ArrayList<>());
      duplicate.add(new ArrayList<>());
      reorder.add(new ArrayList<>());
    }
  }

  /** Which protocols a directed block is about. */
  public enum Scope {
    UDP,
    TCP,
    BOTH
  }

  /** Blocks a directed path, or takes one such block off again. */
  void block(int from, int to, Scope scope, boolean on) {
    int step = on ? 1 : -1;
    switch (scope) {
      case UDP -> udp[from][to] += step;
      case TCP -> tcp[from][to] += step;
      case BOTH -> {
        udp[from][to] += step;
        tcp[from][to] += step;
      }
    }
  }

  boolean udpPasses(int from, int to) {
    return udp[from][to] == 0;
  }

  /** What a link sends must be acknowledged: it needs both directions. */
  boolean tcpPasses(int one, int other) {
    return tcp[one][other] == 0 && tcp[other][one] == 0;
  }

  /** A further share of datagrams from and to a host is lost, or one such is taken off. */
  void loss(int host, double rate, boolean on) {
    change(loss.get(host), rate, on);
  }

  /** A further share of datagrams from and to a host comes twice, or one such is taken off. */
  void duplicate(int host, double rate, boolean on) {
    change(duplicate.get(host), rate, on);
  }

  /** A further share of datagrams from and to a host is held back, or one such is taken off. */
  void reorder(int host, double rate, boolean on) {
    change(reorder.get(host), rate, on);
  }

  /** All from and to a host takes longer by this; a negative number takes it off. */
  void delay(int host, long nanos) {
    delayNanos[host] += nanos;
  }

  private static void change(List<Double> rates, double rate, boolean on) {
    if (on) {
      rates.add(rate);
    } else {
      rates.remove((Object) rate);
    }
  }

  double loss(double base, int from, int to) {
    return together(base, loss.get(from), loss.get(to));
  }

  double duplicate(double base, int from, int to) {
    return together(base, duplicate.get(from), duplicate.get(to));
  }

  double reorder(double base, int from, int to) {
    return together(base, reorder.get(from), reorder.get(to));
  }

  long delayNanos(int from, int to) {
    return delayNanos[from] + delayNanos[to];
  }

  private static double together(double base, List<Double> one, List<Double> other) {
    double passes = 1 - base;
    for (double rate : one) {
      passes *= 1 - rate;
    }
    for (double rate : other) {
      passes *= 1 - rate;
    }
    return 1 - passes;
  }
}
