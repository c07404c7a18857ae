package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.config.WeftConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an agent that starts looks for the others. */
final class Seeds {
  private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);

  private Seeds() {}

  /**
   * The configured ones first, each at all its addresses, then where the members were when this
   * host last ran. What is no use of these is said in the log, and nothing more, as long as there
   * is another way to the others.
   *
   * @throws ApiException when a configured name has no address, and no member is known
   */
  static List<PeerAddress> of(WeftConfig settings, HostFiles files) {
    List<PeerAddress> former = former(files);
    LinkedHashSet<PeerAddress> seeds = new LinkedHashSet<>();
    for (String seed : settings.seeds()) {
      try {
        seeds.addAll(Underlay.resolve(seed, settings.gossip().port()));
      } catch (ApiException e) {
        if (e.kind() != ErrorKind.UNREACHABLE || former.isEmpty()) {
          throw e;
        }
        LOG.warn("event=seed-unknown seed={} cause=\"{}\"", seed, e.getMessage());
      }
    }
    seeds.addAll(former);
    return new ArrayList<>(seeds);
  }

  private static List<PeerAddress> former(HostFiles files) {
    try {
      return files.loadPeers();
    } catch (IOException e) {
      LOG.warn(
          "event=peers-file-damaged cause=\"{}; going on with the configured seeds, it is written"
              + " anew when members are found\"",
          e.getMessage());
      return List.of();
    }
  }
}
