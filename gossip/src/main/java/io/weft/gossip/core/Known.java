package io.weft.gossip.core;

import io.weft.gossip.wire.MemberItem;

/**
 * What all others know of a node in a simulated fleet that begins grown up: its item and its
 * records. Thousands hold the same one.
 */
public final class Known {
  final MemberItem item;
  final OwnerRecords records;

  Known(MemberItem item, OwnerRecords records) {
    this.item = item;
    this.records = records;
  }
}
