package io.weft.simulator.scenario;

import java.util.List;

/** Something that users do. */
public sealed interface Work {
  /** When, in virtual milliseconds since the run began. */
  long atMillis();

  /**
   * Somebody creates a network.
   *
   * @param subnet CIDR
   */
  record CreateNetwork(long atMillis, String name, String subnet) implements Work {}

  /**
   * Endpoints are attached.
   *
   * @param perHost how many on each host
   * @param hosts where; none: on every host
   */
  record Attach(long atMillis, String network, int perHost, List<Integer> hosts) implements Work {
    /** Copies the list. */
    public Attach {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A share of a network's endpoints goes and as many new ones come, again and again.
   *
   * @param atMillis the first time
   * @param untilMillis the last time is not after this
   * @param fraction above 0, at most 1; at least one endpoint each time
   */
  record Churn(long atMillis, long everyMillis, long untilMillis, String network, double fraction)
      implements Work {}

  /**
   * Users make and remove the same few networks, and what they are told is judged together.
   *
   * @param atMillis when they begin
   * @param everyMillis how long each waits after an answer, on average
   * @param untilMillis nothing is asked for after this
   * @param networks how many names there are
   * @param users how many ask at a time
   */
  record Contend(long atMillis, long everyMillis, long untilMillis, int networks, int users)
      implements Work {
    /** What the names begin with; nobody else may use them. */
    public static final String PREFIX = "contended-";

    /** The subnets lie in it; nobody else may use them. */
    public static final String SUBNETS = "172.16.0.0/12";

    /** The network of this number, from 1. */
    public static String name(int number) {
      return PREFIX + number;
    }

    /** The subnet of the network of this number, from 1 to 16. */
    public static String subnet(int number) {
      return "172.%d.0.0/20".formatted(15 + number);
    }

    /** About how often somebody asks. */
    public long calls() {
      return users * Math.max(0, untilMillis - atMillis) / everyMillis;
    }

    /** The same, ending earlier. */
    public Contend until(long millis) {
      return new Contend(atMillis, Math.min(everyMillis, millis), millis, networks, users);
    }
  }

  /** Somebody rotates the gossip key. */
  record RotateGossipKey(long atMillis) implements Work {}

  /** Somebody removes a network; it is refused while it has endpoints. */
  record RemoveNetwork(long atMillis, String name) implements Work {}
}
