package io.weft.simulator.scenario;

/** What travels between hosts. */
public enum Protocol {
  /** Datagrams of gossip. */
  UDP,
  /** Links. */
  TCP
}
