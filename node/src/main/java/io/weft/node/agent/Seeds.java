package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.config.WeftConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent that starts looks for the others.
 *
 * @param configured each seed of the configuration, at all its addresses
 * @param former where the members were when this host last ran
 */
record Seeds(List<PeerAddress> configured, List<KnownPeer> former) {
  private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);

  /**
   * Reads both. What is no use of them is said in the log, and nothing more, as long as there is
   * another way to the others.
   *
   * @throws ApiException when a configured name has no address, and no member is known
   */
  static Seeds of(WeftConfig settings, HostFiles files) {
    List<KnownPeer> former = readFormer(files);
    List<PeerAddress> configured = new ArrayList<>();
    for (String seed : settings.seeds()) {
      try {
        configured.addAll(Underlay.resolve(seed, settings.gossip().port()));
      } catch (ApiException e) {
        if (e.kind() != ErrorKind.UNREACHABLE || former.isEmpty()) {
          throw e;
        }
        LOG.warn("event=seed-unknown seed={} cause=\"{}\"", seed, e.getMessage());
      }
    }
    return new Seeds(configured, former);
  }

  /** The configured ones first. */
  List<PeerAddress> addresses() {
    return Stream.concat(configured.stream(), former.stream().map(KnownPeer::address)).toList();
  }

  private static List<KnownPeer> readFormer(HostFiles files) {
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
