package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on disk where the other members are, for the next start. One that has begun in a partition
 * knows few of them at first: until it knows as many as it began with, the addresses that it began
 * with are kept too. Else a host that starts twice in a partition, and whose only neighbour there
 * gets another address, would find nobody any more (INV-MEM-5).
 */
final class PeerBook {
  /** The most addresses that are kept: at a start no more are tried. */
  static final int MAX_KEPT = 64;

  private final HostContext context;
  private final Directory directory;
  private boolean changed;

  /** What is on disk, as far as this run has written it. */
  private @Nullable List<PeerAddress> saved;

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
    List<PeerAddress> kept = kept(directory.others(), context.options.seeds());
    // Most of what happens to members does not move them.
    if (!kept.equals(saved) && context.out().savePeers(kept)) {
      saved = kept;
    }
  }

  /**
   * What to keep: where members are; when that is too much, of those that are there first.
   *
   * @param former what this host began with
   */
  static List<PeerAddress> kept(Collection<Member> others, List<PeerAddress> former) {
    List<Member> known = new ArrayList<>(others);
    known.removeIf(member -> member.state() == MemberState.LEFT);
    if (known.size() > MAX_KEPT) {
      known.sort(Comparator.comparing(member -> !member.present()));
    }
    LinkedHashSet<PeerAddress> addresses = new LinkedHashSet<>();
    known.forEach(member -> addresses.add(member.address()));
    if (others.size() < former.size()) {
      addresses.addAll(former);
    }
    return addresses.stream().limit(MAX_KEPT).toList();
  }
}
