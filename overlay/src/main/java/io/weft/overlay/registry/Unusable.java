package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import java.util.List;

/** Ranges that no overlay network can use, because hosts treat them in a way of their own. */
final class Unusable {
  /** RFC 6890, sections 2.2.2 and 2.2.3: this host, loopback, link-local, multicast, reserved. */
  private static final List<AddressBlock> RANGES =
      List.of(
          AddressBlock.parse("0.0.0.0/8"),
          AddressBlock.parse("127.0.0.0/8"),
          AddressBlock.parse("169.254.0.0/16"),
          AddressBlock.parse("224.0.0.0/3"),
          AddressBlock.parse("::/16"),
          AddressBlock.parse("fe80::/10"),
          AddressBlock.parse("ff00::/8"));

  private Unusable() {}

  static boolean contains(AddressBlock block) {
    return RANGES.stream().anyMatch(block::overlaps);
  }
}
