package io.weft.gossip.core;

import io.weft.gossip.wire.MemberItem;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What the table of members has for the prober to do at once. */
final class Tips {
  /** The most suspects that wait for this node to look for itself. */
  static final int MAX_SUSPECTS = 256;

  /** The most accusations that wait to be passed on. */
  static final int MAX_ACCUSATIONS = 256;

  private final Agenda agenda;
  private final Deque<MemberItem> accusations = new ArrayDeque<>();
  private final Deque<MemberEntry> suspects = new ArrayDeque<>();
  private final Deque<MemberEntry> arrivals = new ArrayDeque<>();

  Tips(Agenda agenda) {
    this.agenda = agenda;
  }

  /** Its subject, which seems to live, should hear of an item of its failure. */
  void accuse(MemberItem item) {
    if (accusations.size() < MAX_ACCUSATIONS) {
      accusations.addLast(item);
      agenda.tips++;
    }
  }

  /** Another has begun a suspicion of this one: the prober should look for itself. */
  void suspect(MemberEntry entry) {
    if (suspects.size() < MAX_SUSPECTS) {
      suspects.addLast(entry);
      agenda.tips++;
    }
  }

  /** It was not there, and is: the prober's round began without it. */
  void arrived(MemberEntry entry) {
    arrivals.addLast(entry);
    agenda.tips++;
  }

  /** Takes one that arrived; null when there is none. */
  @Nullable MemberEntry nextArrival() {
    MemberEntry next = arrivals.pollFirst();
    agenda.tips -= next == null ? 0 : 1;
    return next;
  }

  /** Takes an accusation; null when there is none. */
  @Nullable MemberItem nextAccusation() {
    MemberItem next = accusations.pollFirst();
    agenda.tips -= next == null ? 0 : 1;
    return next;
  }

  /** Takes a suspect; null when there is none. */
  @Nullable MemberEntry nextSuspect() {
    MemberEntry next = suspects.pollFirst();
    agenda.tips -= next == null ? 0 : 1;
    return next;
  }
}
