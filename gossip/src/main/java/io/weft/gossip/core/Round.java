package io.weft.gossip.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whom to probe next: all who are present once in random order, and then again (SWIM, section 4.3).
 */
final class Round {
  /**
   * Up to here the order stays: shuffling could nearly double the time until a member is probed
   * again.
   */
  private static final int SMALL = 3;

  private final Roster roster;
  private final RandomGenerator random;

  /** Those who are still to be probed, the next one last. */
  private final List<MemberEntry> left = new ArrayList<>();

  Round(Roster roster, RandomGenerator random) {
    this.roster = roster;
    this.random = random;
  }

  /** Takes the next one; null when there is nobody. */
  @Nullable MemberEntry next() {
    for (int refills = 0; refills < 2; ) {
      if (left.isEmpty()) {
        refills++;
        refill();
        if (left.isEmpty()) {
          return null;
        }
      }
      MemberEntry entry = left.removeLast();
      entry.inRound = false;
      if (entry.present()) { // who is forgotten had left before
        return entry;
      }
    }
    return null;
  }

  private void refill() {
    left.addAll(roster.present());
    left.forEach(entry -> entry.inRound = true);
    if (left.size() > SMALL) {
      Shuffle.shuffle(left, random);
    } else {
      left.sort(Comparator.comparing(MemberEntry::id));
    }
  }

  /**
   * Who has come gets a random place among those who are left: else it would not be probed by
   * anybody whose round began before, for as long as that round lasts.
   */
  void takeIn(MemberEntry entry) {
    if (!entry.inRound && roster.presentCount() > SMALL) {
      entry.inRound = true;
      left.add(entry);
      Collections.swap(left, random.nextInt(left.size()), left.size() - 1);
    }
  }
}
