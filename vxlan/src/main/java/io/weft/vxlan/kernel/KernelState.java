package io.weft.vxlan.kernel;

import java.util.List;
import java.util.Optional;

/**
 * What one dump of a namespace found. The lists are in the order the kernel gave them.
 *
 * @param links all devices, Weft's and others'
 * @param fdb own entries of all VXLAN devices
 * @param bridgeFdb entries of all bridges, less the ports' own addresses
 * @param neighbours the permanent neighbours of all devices
 */
public record KernelState(
    List<LinkState> links,
    List<FdbEntry> fdb,
    List<BridgeFdbEntry> bridgeFdb,
    List<Neighbour> neighbours) {

  /** Copies the lists. */
  public KernelState {
    links = List.copyOf(links);
    fdb = List.copyOf(fdb);
    bridgeFdb = List.copyOf(bridgeFdb);
    neighbours = List.copyOf(neighbours);
  }

  /** The device of that name. */
  public Optional<LinkState> link(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst();
  }
}
