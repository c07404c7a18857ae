package io.weft.simulator.scenario;

import java.util.List;

/** The numbers of the invariants, as ARCHITECTURE.md gives them. */
public final class Invariants {
  /** All of them. */
  public static final List<String> ALL =
      List.of(
          "INV-MEM-1",
          "INV-MEM-2",
          "INV-MEM-3",
          "INV-MEM-4",
          "INV-MEM-5",
          "INV-SYN-1",
          "INV-SYN-2",
          "INV-SYN-3",
          "INV-SYN-4",
          "INV-RAFT-1",
          "INV-IPAM-1",
          "INV-IPAM-2",
          "INV-NET-1",
          "INV-NET-2",
          "INV-NET-3",
          "INV-NET-4",
          "INV-NET-5",
          "INV-SEC-1",
          "INV-SEC-2",
          "INV-SEC-3",
          "INV-SEC-4");

  private Invariants() {}
}
