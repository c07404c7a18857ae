package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Keeps on disk where the other members are, for the next start. One that has begun in a partition
 * knows few of them at first: until it knows as many as it began with, the addresses that it began
 * with are kept too. Else a host that starts twice in a partition, and whose only neighbour there
 * gets another address, would find nobody any more (INV-MEM-5).
 */
final class PeerBook {
  /** Beyond so many addresses those that nobody is known at are not kept. */
  static final int MAX_FORMER = 64;

  private final HostContext context;
  private final Directory directory;
  private boolean changed;

  PeerBook(HostContext context, Directory directory) {
    this.context = context;
    this.directory = directory;
  }

  /** A member came, went, or has another address. */
  void changed() {
    changed = true;
  }

  /** Saves it if something changed. */
  void saveIfChanged() {
    if (!changed) {
      return;
    }
    changed = false;
    Collection<Member> others = directory.others();
    LinkedHashSet<PeerAddress> addresses = new LinkedHashSet<>();
    for (Member member : others) {
      if (member.state() != MemberState.LEFT) {
        addresses.add(member.address());
      }
    }
    List<PeerAddress> former = context.options.seeds();
    if (others.size() < former.size()) {
      for (PeerAddress seed : former) {
        if (addresses.size() < MAX_FORMER) {
          addresses.add(seed);
        }
      }
    }
    context.out().savePeers(List.copyOf(addresses));
  }
}
