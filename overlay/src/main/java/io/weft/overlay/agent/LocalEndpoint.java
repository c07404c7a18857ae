package io.weft.overlay.agent;

import io.weft.overlay.records.EndpointRecord;

/**
 * An endpoint of this host, as it stands on this host's disk.
 *
 * @param record what all others are told
 * @param networkName the network's name at the time it was attached
 * @param netns path of the network namespace that it was put into
 * @param ifName name of its interface in there
 * @param wired whether its interfaces were made: one that is not may be half there after a crash
 */
public record LocalEndpoint(
    EndpointRecord record, String networkName, String netns, String ifName, boolean wired) {

  LocalEndpoint asWired() {
    return new LocalEndpoint(record, networkName, netns, ifName, true);
  }
}
