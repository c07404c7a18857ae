package io.weft.overlay.agent;

import java.util.List;

/**
 * What only this host knows of its endpoints, and must not forget between two starts.
 *
 * @param endpoints those that are attached, and those that were begun
 * @param lastGiven where the choice of addresses stands
 * @param releaseAsked whether the registry was asked to take this host's blocks back, and it is not
 *     known whether it did: they may be others' soon (INV-IPAM-2)
 */
public record LocalState(
    List<LocalEndpoint> endpoints, List<LastGiven> lastGiven, boolean releaseAsked) {

  /** A new host's. */
  public static final LocalState NONE = new LocalState(List.of(), List.of(), false);

  /** Copies the lists. */
  public LocalState {
    endpoints = List.copyOf(endpoints);
    lastGiven = List.copyOf(lastGiven);
  }

  /** The same with other endpoints. */
  public LocalState with(List<LocalEndpoint> others) {
    return new LocalState(others, lastGiven, releaseAsked);
  }
}
