package io.weft.overlay.config;

import io.weft.overlay.config.ValueType.Choice;
import io.weft.overlay.config.ValueType.Duration;
import io.weft.overlay.config.ValueType.Flag;
import io.weft.overlay.config.ValueType.Pairs;
import io.weft.overlay.config.ValueType.Size;
import io.weft.overlay.config.ValueType.Text;
import io.weft.overlay.config.ValueType.Texts;
import io.weft.overlay.config.ValueType.Whole;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** All keys: the one place from which reading, checking and documentation come. */
final class Schema {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** A host hears of the release of its blocks, or knows that it hears nothing, well before. */
  private static final long LEAST_QUARANTINE = 10 * SECOND;

  private static final int MAX_SEEDS = 64;
  private static final int MAX_LABELS = 32;
  private static final int MAX_LABEL_CHARACTERS = 200;

  /** Room for a VXLAN and ESP header over an inner packet of 1280 bytes. */
  private static final int MIN_UNDERLAY_MTU = 1400;

  private static final int MAX_UNDERLAY_MTU = 65_000;

  private static final Text ABSOLUTE_PATH =
      new Text(Pattern.compile("/[^\\x00-\\x1f]*"), "an absolute path, such as /var/lib/weft");
  private static final Text SEED =
      new Text(
          Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9][A-Za-z0-9.-]*)(:[0-9]{1,5})?"),
          "an address or host name, with or without a port, such as 10.0.0.1:7940 or [fd00::1]:7940");

  static final List<ConfigKey> KEYS =
      List.of(
          key(
              "name",
              name("the host's own name", "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
              "",
              "What people call this host; a label only. Empty: the host's own name."),
          key(
              "cluster",
              clusterName(),
              "weft",
              "The cluster's name; set once, by `weft init`. It keeps two clusters apart. Where it is"
                  + " set on a further host, `weft join` and the agent insist on it."),
          key(
              "dataDir",
              ABSOLUTE_PATH,
              "/var/lib/weft",
              "Where identity, registry and endpoints are kept; mode 0700."),
          key(
              "socket",
              ABSOLUTE_PATH,
              "/run/weft/weft.sock",
              "The Unix socket of the agent's API."),
          key(
              "advertise",
              address(),
              "",
              "The address that peers reach this host at, where its tunnels end. Empty: found from"
                  + " the route to the seeds."),
          key(
              "driver",
              new Choice(List.of("auto", "kernel", "user", "clear")),
              "auto",
              "The data plane: ESP in the kernel, in the agent, or (clear) no encryption at all."),
          key(
              "underlayMtu",
              new Size(MIN_UNDERLAY_MTU, MAX_UNDERLAY_MTU, "the link's own"),
              "0B",
              "The largest packet that the network between the hosts carries."),
          new ConfigKey(
              "seeds",
              new Texts(SEED, MAX_SEEDS),
              List.of(),
              "Members to look for at start, beside those known from before."),
          new ConfigKey(
              "labels",
              new Pairs(MAX_LABELS, MAX_LABEL_CHARACTERS),
              List.of(),
              "This member's labels, such as a region."),
          key("gossip.port", port(), "7940", "UDP and TCP port for gossip and links."),
          duration(
              "gossip.probeInterval",
              "1s",
              50,
              MINUTE,
              "One member is probed in each interval, and five more where one answered nobody."),
          duration(
              "gossip.probeTimeout",
              "500ms",
              10,
              MINUTE,
              "After so long without an answer, others are asked to probe; once the round trip is"
                  + " known, after three of them, at least 100 ms."),
          number("gossip.indirectProbes", "3", 0, 16, "How many others are asked."),
          number(
              "gossip.suspicionMultiplier",
              "4",
              1,
              32,
              "The shortest suspicion that fewer than three share: so many probe intervals, times"
                  + " log10 of the members. What three have found is believed after 2.5 intervals."),
          number(
              "gossip.suspicionMaxMultiplier",
              "3",
              1,
              32,
              "How many times longer a suspicion lasts that nobody confirms."),
          number(
              "gossip.localHealthMax",
              "4",
              0,
              16,
              "How far a node's own bad health may stretch its probes, and thin them out."),
          duration(
              "gossip.gossipInterval",
              "200ms",
              10,
              MINUTE,
              "News go out in each interval while there are any."),
          number("gossip.gossipNodes", "3", 1, 16, "To how many members each time."),
          number(
              "gossip.retransmitMultiplier",
              "4",
              1,
              16,
              "News are repeated so many times log10 of the members."),
          duration(
              "gossip.syncInterval",
              "10s",
              100,
              HOUR,
              "One random member is compared with in each interval."),
          key(
              "gossip.datagramBudget",
              new Size(600, 1400, ""),
              "1200B",
              "The largest gossip datagram before encryption."),
          duration(
              "gossip.deadRetention",
              "1d",
              MINUTE,
              30 * DAY,
              "How long a member that left is remembered; failed ones are never forgotten."),
          duration(
              "gossip.tombstone",
              "1h",
              MINUTE,
              30 * DAY,
              "How long the deletion of a record is remembered."),
          duration(
              "gossip.superseded",
              "5s",
              100,
              HOUR,
              "How long the records of a member's last life stay after the last of its new ones came."),
          duration(
              "gossip.reconnectMin",
              "500ms",
              10,
              HOUR,
              "A lost link is tried again after a random part of this, then of twice this, ..."),
          duration(
              "gossip.reconnectMax",
              "10s",
              10,
              HOUR,
              "... and up to this; of several identities at one address, for all but the last, times their number."),
          duration(
              "gossip.deadProbeMax",
              "3s",
              10,
              HOUR,
              "The longest pause between two probes of a failed member or a seed."),
          duration(
              "gossip.leaveLinger", "1s", 10, MINUTE, "How long a leaving node goes on saying so."),
          duration(
              "gossip.refutationHold",
              "30s",
              0,
              10 * MINUTE,
              "A member that is called failed again and again while it hears little itself stays"
                  + " out until it has heard well for so long, but no longer than 120 times that. 0s: it is back"
                  + " at once, always."),
          key("admin.port", port(), "7941", "TCP port on loopback for metrics and health."),
          key("esp.port", port(), "7942", "UDP port for ESP in UDP (RFC 3948)."),
          key(
              "esp.alwaysUdp",
              new Flag(),
              "false",
              "Whether ESP goes in UDP also between two kernel hosts, for a NAT or firewall."),
          key("vxlan.port", port(), "7943", "UDP port of VXLAN; only ever inside ESP."),
          duration(
              "raft.electionTimeout",
              "1s",
              200,
              MINUTE,
              "Without a sign of the leader for so long, a voter stands for election."),
          duration(
              "registry.quarantine",
              "10m",
              LEAST_QUARANTINE,
              30 * DAY,
              "How long a released or fenced address block rests; set once, by `weft init`."),
          key(
              "log.level",
              new Choice(List.of("error", "warn", "info", "debug", "trace")),
              "info",
              "How much is logged."));

  private Schema() {}

  static Optional<ConfigKey> find(String path) {
    return KEYS.stream().filter(k -> k.path().equals(path)).findFirst();
  }

  static List<String> paths() {
    return KEYS.stream().map(ConfigKey::path).toList();
  }

  /** What the keys of nested settings begin with, such as {@code gossip}. */
  static SortedSet<String> sections() {
    SortedSet<String> sections = new TreeSet<>();
    for (String path : paths()) {
      if (path.indexOf('.') > 0) {
        sections.add(path.substring(0, path.indexOf('.')));
      }
    }
    return sections;
  }

  private static ConfigKey key(String path, ValueType type, String byDefault, String description) {
    return new ConfigKey(path, type, List.of(byDefault), description);
  }

  private static ConfigKey duration(
      String path, String byDefault, long minMillis, long maxMillis, String description) {
    return key(path, new Duration(minMillis, maxMillis), byDefault, description);
  }

  private static ConfigKey number(
      String path, String byDefault, int min, int max, String description) {
    return key(path, new Whole(min, max), byDefault, description);
  }

  private static ValueType port() {
    return new Whole(1, 65_535);
  }

  private static Text name(String whenEmpty, String pattern) {
    return new Text(
        Pattern.compile("|" + pattern),
        "1 to 63 letters, digits, '.', '_' or '-', beginning with a letter or digit, or empty: "
            + whenEmpty);
  }

  private static Text clusterName() {
    return new Text(
        Pattern.compile("[a-z0-9][a-z0-9_.-]{0,62}"),
        "1 to 63 lowercase letters, digits, '.', '_' or '-', beginning with a letter or digit");
  }

  private static ValueType address() {
    return new ValueType.Address("found by itself");
  }
}
