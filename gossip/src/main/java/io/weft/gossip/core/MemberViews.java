package io.weft.gossip.core;

import io.weft.gossip.Member;
import io.weft.gossip.wire.MemberItem;
import java.util.SortedMap;
import java.util.TreeMap;

/** Members as users see them: with their labels, and how far their records have come. */
final class MemberViews {
  /** Microseconds in a millisecond: round trips are told as exactly as they are kept. */
  private static final double MICROS = 1_000;

  private final RecordStore store;

  MemberViews(RecordStore store) {
    this.store = store;
  }

  /** As exactly as it is told. */
  static double micros(double millis) {
    return Math.round(millis * MICROS) / MICROS;
  }

  Member of(MemberEntry entry) {
    return of(entry.item, micros(entry.rttMillis()));
  }

  /**
   * How users see a member.
   *
   * @param rttMillis -1 where there is none
   */
  Member of(MemberItem item, double rttMillis) {
    OwnerRecords records = store.get(item.id());
    long version = records == null ? 0 : records.head();
    byte[] labels = records == null ? null : records.value(Labels.KEY);
    SortedMap<String, String> decoded = labels == null ? new TreeMap<>() : Labels.decode(labels);
    return new Member(
        item.id(),
        item.name(),
        item.address(),
        item.state(),
        item.incarnation(),
        item.generation(),
        version,
        rttMillis,
        decoded);
  }
}
