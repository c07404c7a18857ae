package io.weft.overlay.check;

import java.util.List;

/**
 * How it stands with the addresses, as one host sees it.
 *
 * @param subnets by network's name, IPv4 before IPv6
 * @param findings what does not fit; by kind, then network, then address
 */
public record AddressReport(List<SubnetUse> subnets, List<AddressFinding> findings) {
  /** Copies the lists. */
  public AddressReport {
    subnets = List.copyOf(subnets);
    findings = List.copyOf(findings);
  }
}
