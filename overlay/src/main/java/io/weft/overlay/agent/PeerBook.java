package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Keeps on disk where the other members are, for the next start.
 *
 * <p>One that has begun in a partition knows few of them at first. So whomever it began with stays,
 * as long as there is room, until it is known what has become of him: with others alone, however
 * many, a host that starts twice apart from somebody who cannot find it either, because its own
 * address has changed, would never meet him again (INV-MEM-5). That somebody is held failed tells
 * nothing: whoever says so may know an address from before he moved.
 */
final class PeerBook {
  /** The most addresses that are kept: at a start no more are tried. */
  static final int MAX_KEPT = 64;

  private final HostContext context;
  private final Directory directory;
  private final RegistryMirror mirror;
  private boolean changed;

  /** Those that this host began with, and of whom it has heard nothing since. */
  private final List<KnownPeer> unheard;

  /**
   * What is on disk. It is written only when something else is to be there: a host whose file
   * exists has met others, and founds no cluster any more.
   */
  private List<KnownPeer> saved;

  PeerBook(HostContext context, Directory directory, RegistryMirror mirror) {
    this.context = context;
    this.directory = directory;
    this.mirror = mirror;
    saved = context.options.former();
    unheard = new ArrayList<>(saved);
  }

  /** A member came, went, or has another address, or the registry says something new. */
  void changed() {
    changed = true;
  }

  /** Saves it if something changed. */
  void saveIfChanged() {
    if (!changed) {
      return;
    }
    changed = false;
    List<Member> others = directory.others();
    strikeOut(unheard, context.options.former().size(), others, mirror.view());
    List<KnownPeer> kept = kept(others, unheard);
    // Most of what happens to members does not move them.
    if (!kept.equals(saved) && context.out().savePeers(kept)) {
      saved = kept;
    }
  }

  /**
   * Takes out who is there again, whose address another has, and who has left for good; and an
   * address whose owner is not known, once as many members are known as this host began with.
   *
   * @param began how many this host began with
   */
  static void strikeOut(
      List<KnownPeer> unheard, int began, List<Member> others, RegistryView registry) {
    TreeSet<NodeId> ids = new TreeSet<>();
    LinkedHashSet<PeerAddress> addresses = new LinkedHashSet<>();
    for (Member member : others) {
      if (member.present()) {
        addresses.add(member.address());
      }
      if (member.present() || member.state() == MemberState.LEFT) {
        ids.add(member.id());
      }
    }
    unheard.removeIf(
        peer -> {
          NodeId id = peer.id();
          return addresses.contains(peer.address())
              || (id == null ? others.size() >= began : ids.contains(id) || gone(id, registry));
        });
  }

  private static boolean gone(NodeId id, RegistryView registry) {
    return registry
        .host(id)
        .filter(h -> h.state() == HostState.LEFT || h.state() == HostState.REVOKED)
        .isPresent();
  }

  /** What to keep; when it is too much, first of all those that are there. */
  static List<KnownPeer> kept(List<Member> others, List<KnownPeer> unheard) {
    List<Member> known = new ArrayList<>(others);
    known.removeIf(member -> member.state() == MemberState.LEFT);
    if (known.size() > MAX_KEPT) {
      known.sort(Comparator.comparing(member -> !member.present()));
    }
    LinkedHashMap<PeerAddress, KnownPeer> kept = new LinkedHashMap<>();
    known.forEach(m -> kept.put(m.address(), new KnownPeer(m.address(), m.id())));
    unheard.forEach(peer -> kept.putIfAbsent(peer.address(), peer));
    return kept.values().stream().limit(MAX_KEPT).toList();
  }
}
