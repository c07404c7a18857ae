package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on disk where the other members are, for the next start.
 *
 * <p>One that has begun in a partition knows few of them at first. So whomever it began with stays,
 * until it is known what has become of him: with others alone, however many, a host that starts
 * twice apart from somebody who cannot find it either, because its own address has changed, would
 * never meet him again (INV-MEM-5).
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

  /** What is on disk, as far as this run has written it. */
  private @Nullable List<KnownPeer> saved;

  PeerBook(HostContext context, Directory directory, RegistryMirror mirror) {
    this.context = context;
    this.directory = directory;
    this.mirror = mirror;
    unheard = new ArrayList<>(context.options.former());
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
    List<Member> others = directory.others();
    strikeOut(unheard, others, mirror.view());
    List<KnownPeer> kept = kept(others, unheard);
    // Most of what happens to members does not move them.
    if (!kept.equals(saved) && context.out().savePeers(kept)) {
      saved = kept;
    }
  }

  /** Takes out who is known again, whose address another has, and who has left for good. */
  static void strikeOut(List<KnownPeer> unheard, List<Member> others, RegistryView registry) {
    TreeSet<NodeId> ids = new TreeSet<>();
    LinkedHashSet<PeerAddress> addresses = new LinkedHashSet<>();
    for (Member member : others) {
      ids.add(member.id());
      addresses.add(member.address());
    }
    unheard.removeIf(
        peer ->
            addresses.contains(peer.address())
                || (peer.id() != null && (ids.contains(peer.id()) || gone(peer.id(), registry))));
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
    List<KnownPeer> kept = new ArrayList<>();
    known.forEach(member -> kept.add(new KnownPeer(member.address(), member.id())));
    kept.addAll(unheard);
    return kept.stream().limit(MAX_KEPT).toList();
  }
}
