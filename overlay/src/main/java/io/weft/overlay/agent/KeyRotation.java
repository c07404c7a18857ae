package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.GossipEpochs;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes a rotation of the gossip key from step to step; the registry's leader does. The next key
 * seals only when every host that is present says it holds it, and the former one goes only when
 * every such host says it seals with the next: so no datagram among them is lost (INV-SEC-3). Those
 * who are not there are waited for a while; then they are left to {@link KeyringDesk}, which brings
 * them in when they come.
 */
final class KeyRotation {
  /** How often the leader looks. */
  static final long LOOK_MILLIS = 500;

  /**
   * A host that is failed, or that this leader has not seen, is waited for so long; so is a key
   * that nobody who is present holds, as its maker is gone.
   */
  static final long ABSENT_MILLIS = 20_000;

  /** Between the last host's word that it seals with the next key and the end of the former. */
  static final long SETTLE_MILLIS = 2_000;

  private static final long NEVER = Long.MAX_VALUE;

  /**
   * A host that a rotation waits for.
   *
   * @param present alive or suspected; one that is not is waited for a while only
   */
  record Behind(NodeId id, boolean present) {}

  private final HostContext context;
  private final Directory directory;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final KeyringDesk desk;
  private final TreeMap<NodeId, Long> absentSince = new TreeMap<>();
  private long lookNanos;
  private long readySince = NEVER;
  private long lostSince = NEVER;
  private boolean asked;

  KeyRotation(
      HostContext context,
      Directory directory,
      Voters voters,
      RegistryMirror mirror,
      Registrar registrar,
      KeyringDesk desk) {
    this.context = context;
    this.directory = directory;
    this.voters = voters;
    this.mirror = mirror;
    this.registrar = registrar;
    this.desk = desk;
  }

  void start() {
    lookNanos = context.now();
  }

  /** The hosts that the step under way waits for, as this host sees them; none without one. */
  List<Behind> behind() {
    GossipEpochs epochs = mirror.view().gossipEpochs();
    if (epochs.phase() == GossipEpochs.Phase.STEADY) {
      return List.of();
    }
    TreeMap<NodeId, Boolean> expected = new TreeMap<>();
    for (Host host : mirror.view().hosts()) {
      if (host.state() == HostState.ACTIVE) {
        expected.put(host.id(), false);
      }
    }
    for (Member member : directory.others()) {
      if (member.present()) {
        expected.put(member.id(), true);
      } else if (member.state() == MemberState.LEFT) {
        expected.remove(member.id());
      }
    }
    expected.put(context.self, true);
    List<Behind> behind = new ArrayList<>();
    expected.forEach(
        (id, present) -> {
          if (!isLevel(epochs, keysOf(id))) {
            behind.add(new Behind(id, present));
          }
        });
    return behind;
  }

  private HostRecord.HeldKeys keysOf(NodeId id) {
    if (id.equals(context.self)) {
      return desk.held();
    }
    HostRecord host = directory.host(id);
    return host == null ? HostRecord.HeldKeys.UNKNOWN : host.keys();
  }

  /** Whether a host has done its part of the step under way. */
  private static boolean isLevel(GossipEpochs epochs, HostRecord.HeldKeys keys) {
    return switch (epochs.phase()) {
      case STEADY -> true;
      case INSTALLING -> keys.accepted().contains(epochs.other().orElseThrow());
      case RETIRING -> keys.used() == epochs.used();
    };
  }

  void runDue() {
    if (lookNanos > context.now()) {
      return;
    }
    lookNanos = context.inMillis(LOOK_MILLIS);
    GossipEpochs epochs = mirror.view().gossipEpochs();
    if (!voters.leads() || epochs.phase() == GossipEpochs.Phase.STEADY) {
      absentSince.clear();
      readySince = NEVER;
      lostSince = NEVER;
      return;
    }
    if (asked) {
      return;
    }
    List<Behind> behind = behind();
    int other = epochs.other().orElseThrow();
    readySince = mayGoOn(behind) ? Math.min(readySince, context.now()) : NEVER;
    switch (epochs.phase()) {
      case STEADY -> {}
      case INSTALLING -> {
        lostSince = held(other) ? NEVER : Math.min(lostSince, context.now());
        if (lostSince != NEVER) {
          if (past(lostSince, ABSENT_MILLIS)) {
            ask(new RegistryCommand.RemoveGossipKey(other));
          }
        } else if (readySince != NEVER) {
          ask(new RegistryCommand.UseGossipKey(other));
        }
      }
      case RETIRING -> {
        if (readySince != NEVER && past(readySince, SETTLE_MILLIS)) {
          ask(new RegistryCommand.RemoveGossipKey(other));
        }
      }
    }
  }

  /** Whether nobody is behind who is there, or has not been away for long. */
  private boolean mayGoOn(List<Behind> behind) {
    TreeSet<NodeId> absent = new TreeSet<>();
    boolean waits = false;
    for (Behind host : behind) {
      if (host.present()) {
        waits = true;
      } else {
        absent.add(host.id());
        waits |= !past(absentSince.computeIfAbsent(host.id(), id -> context.now()), ABSENT_MILLIS);
      }
    }
    absentSince.keySet().retainAll(absent);
    return !waits;
  }

  /** Whether anybody who is present holds the key. */
  private boolean held(int epoch) {
    return desk.held().accepted().contains(epoch)
        || directory.others().stream()
            .anyMatch(m -> m.present() && keysOf(m.id()).accepted().contains(epoch));
  }

  private boolean past(long since, long millis) {
    return context.now() - since >= millis * HostContext.NANOS_PER_MILLI;
  }

  private void ask(RegistryCommand command) {
    asked = true;
    readySince = NEVER;
    lostSince = NEVER;
    registrar.submit(
        command,
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            asked = false;
          }

          @Override
          public void refused(Refusal refusal) {
            asked = false; // looked at again: whoever leads then sees how things stand
          }
        });
  }

  long nextDeadlineNanos() {
    return lookNanos;
  }
}
