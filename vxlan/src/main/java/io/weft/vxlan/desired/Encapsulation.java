package io.weft.vxlan.desired;

/** How ESP travels between two hosts. */
public enum Encapsulation {
  /** IP protocol 50 (RFC 4303). */
  ESP,
  /** Inside UDP (RFC 3948): through NAT and firewalls, and always with a host in user mode. */
  ESP_IN_UDP
}
