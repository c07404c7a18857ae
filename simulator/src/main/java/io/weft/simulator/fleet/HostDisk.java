package io.weft.simulator.fleet;

import io.weft.gossip.PeerAddress;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LastGiven;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.registry.Blob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What outlives a host's process, but for the engine's files, which are real ones. */
final class HostDisk {
  Identities.@Nullable Made identity;
  long generation;
  List<LocalEndpoint> endpoints = List.of();
  List<LastGiven> lastGiven = List.of();
  HostOptions.@Nullable SavedRegistry registry;
  List<PeerAddress> peers = List.of();

  /** The CA's key, on the founder until it has seen its cluster. */
  @Nullable Blob wrappedCaKey;

  void wipe() {
    identity = null;
    generation = 0;
    endpoints = List.of();
    lastGiven = List.of();
    registry = null;
    peers = List.of();
    wrappedCaKey = null;
  }
}
