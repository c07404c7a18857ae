package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EndpointsView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.LeasesView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.NetworksView;
import io.weft.node.api.view.PeerView;
import io.weft.node.api.view.PeersView;
import io.weft.node.api.view.StatusView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.api.view.TunnelsView;
import io.weft.node.api.view.VoterView;
import io.weft.node.api.view.VotersView;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** The commands that show what this node believes, each as a table. */
final class QueryCommands {
  /** How much of an identity a table shows; enough to tell nodes apart. */
  private static final int SHORT_ID_LENGTH = 12;

  private QueryCommands() {}

  static List<Object> all() {
    return List.of(
        new Status(),
        new MembersCommand(),
        new Peers(),
        new RttCommand(),
        new Voters(),
        new Tunnels(),
        new Networks(),
        new Endpoints(),
        new Leases());
  }

  static String shortId(String id) {
    return id.length() <= SHORT_ID_LENGTH ? id : id.substring(0, SHORT_ID_LENGTH);
  }

  static String labels(SortedMap<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  static String rtt(double millis) {
    return millis < 0 ? "-" : String.format(Locale.ROOT, "%.2f ms", millis);
  }

  private static String spi(long spi) {
    return spi == 0 ? "-" : String.format(Locale.ROOT, "%08x", spi);
  }

  static String networks(List<NetworkView> networks) {
    Table table = new Table("NAME", "VNI", "SUBNET", "SUBNET6", "MTU", "HOST-BLOCK");
    for (NetworkView n : networks) {
      table.row(n.name(), n.vni(), n.subnet(), n.subnet6(), n.mtu(), "/" + n.hostBlock());
    }
    return table.format();
  }

  static String endpoints(List<EndpointView> endpoints) {
    Table table = new Table("ID", "NAME", "NETWORK", "IP", "IP6", "MAC", "HOST", "LABELS");
    for (EndpointView e : endpoints) {
      table.row(
          shortId(e.id()),
          e.name(),
          e.network(),
          e.ip(),
          e.ip6(),
          e.mac(),
          shortId(e.host()),
          labels(e.labels()));
    }
    return table.format();
  }

  @Command(
      name = "status",
      description = "Show this node in one object.",
      footer = {"", "Example:", "  weft status -o json"})
  static final class Status extends AgentCall<StatusView> {
    @Override
    StatusView ask(ApiClient client) {
      return client.status();
    }

    @Override
    String text(StatusView s) {
      return new Table("NODE", s.name())
          .row("id", s.node())
          .row("cluster", s.cluster())
          .row("address", s.address())
          .row("state", s.state())
          .row("members", s.alive() + " of " + s.members() + " alive")
          .row(
              "registry",
              s.raftRole()
                  + (s.term() == null ? "" : ", term " + s.term())
                  + ", index "
                  + s.commitIndex())
          .row("driver", s.driver() + " (" + s.driverWhy() + ")")
          .row("mtu", s.mtu())
          .row("generation", s.generation())
          .row("incarnation", s.incarnation())
          .row("version", s.version())
          .format();
    }
  }

  @Command(
      name = "peers",
      description = "Show the paths to each peer: datagrams, link, back-off.",
      footer = {"", "Example:", "  weft peers"})
  static final class Peers extends AgentCall<PeersView> {
    @Override
    PeersView ask(ApiClient client) {
      return client.peers();
    }

    @Override
    String text(PeersView answer) {
      Table table = new Table("ID", "ADDRESS", "UDP", "TCP", "RTT", "NEXT-TRY", "LAST-ERROR");
      for (PeerView p : answer.peers()) {
        table.row(
            shortId(p.id()),
            p.address(),
            p.udp(),
            p.tcp(),
            rtt(p.rttMillis()),
            p.backoffUntil(),
            p.lastError());
      }
      return table.format();
    }
  }

  @Command(
      name = "voters",
      description = "Show the registry's voters.",
      footer = {"", "Example:", "  weft voters"})
  static final class Voters extends AgentCall<VotersView> {
    @Override
    VotersView ask(ApiClient client) {
      return client.voters();
    }

    @Override
    String text(VotersView answer) {
      Table table = new Table("ID", "ROLE", "MATCH-INDEX", "REACHABLE");
      for (VoterView v : answer.voters()) {
        table.row(
            shortId(v.id()), v.role(), v.matchIndex() < 0 ? null : v.matchIndex(), v.reachable());
      }
      String leader = answer.leader();
      return table.format()
          + (answer.term() == null ? "" : "term " + answer.term() + ", ")
          + "leader "
          + (leader == null ? "none known" : shortId(leader))
          + "\n";
    }
  }

  @Command(
      name = "tunnels",
      description = "Show the encrypted tunnel to each peer.",
      footer = {"", "Example:", "  weft tunnels -o json"})
  static final class Tunnels extends AgentCall<TunnelsView> {
    @Override
    TunnelsView ask(ApiClient client) {
      return client.tunnels();
    }

    @Override
    String text(TunnelsView answer) {
      Table table =
          new Table(
              "PEER",
              "ADDRESS",
              "DRIVER",
              "STATE",
              "MTU",
              "SPI-IN",
              "SPI-OUT",
              "TX",
              "RX",
              "DROPS",
              "LAST-ERROR");
      for (TunnelView t : answer.tunnels()) {
        table.row(
            shortId(t.peer()),
            t.address(),
            t.driver(),
            t.state(),
            t.mtu(),
            spi(t.spiIn()),
            spi(t.spiOut()),
            t.txPackets(),
            t.rxPackets(),
            t.replayDrops() + t.authDrops(),
            t.lastError());
      }
      return table.format();
    }
  }

  @Command(
      name = "networks",
      description = "Show the overlay networks.",
      footer = {"", "Example:", "  weft networks"})
  static final class Networks extends AgentCall<NetworksView> {
    @Override
    NetworksView ask(ApiClient client) {
      return client.networks();
    }

    @Override
    String text(NetworksView answer) {
      return networks(answer.networks());
    }
  }

  @Command(
      name = "endpoints",
      description = "Show the endpoints of all hosts.",
      footer = {"", "Example:", "  weft endpoints"})
  static final class Endpoints extends AgentCall<EndpointsView> {
    @Override
    EndpointsView ask(ApiClient client) {
      return client.endpoints();
    }

    @Override
    String text(EndpointsView answer) {
      return endpoints(answer.endpoints());
    }
  }

  @Command(
      name = "leases",
      description = "Show which host holds which block of addresses.",
      footer = {"", "Example:", "  weft leases"})
  static final class Leases extends AgentCall<LeasesView> {
    @Override
    LeasesView ask(ApiClient client) {
      return client.leases();
    }

    @Override
    String text(LeasesView answer) {
      Table table = new Table("NETWORK", "BLOCK", "HOLDER", "FENCE", "STATE");
      for (LeaseView l : answer.leases()) {
        table.row(l.network(), l.block(), shortId(l.holder()), l.fence(), l.state());
      }
      return table.format();
    }
  }
}
