package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.custody.CaCustody;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeId;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the voters as many as the cluster's size asks for: one alone and for two hosts (two voters
 * would stop when either fails), three from three hosts on. The leader decides who; each host then
 * brings its own engine in line with what the registry says of it. Nothing changes without a
 * majority, because the decision itself is a command.
 */
final class EngineKeeper {
  /** How often the leader looks at its voters, and every host at itself. */
  static final long LOOK_MILLIS = 500;

  /** A task of the engine that failed is tried again after this time. */
  static final long RETRY_MILLIS = 2_000;

  /** No leader was heard of for so long: perhaps this voter is one no more. */
  static final long LOST_MILLIS = 20_000;

  /** A voter that nobody lets go asks ever more rarely, down to once in 32 s and what it takes. */
  static final int MAX_DOUBLINGS = 4;

  /** A voter that has been held failed for so long is replaced, if there is another host. */
  static final long REPLACE_AFTER_MILLIS = 600_000;

  private final HostContext context;
  private final Directory directory;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final TreeMap<NodeId, Long> failedSince = new TreeMap<>();
  private @Nullable EngineTask running;
  private boolean asked;
  private boolean genesisAsked;
  private boolean restartNext;
  private long lookNanos;
  private long notBeforeNanos;
  private long ledNanos;
  private int failedLeaves;
  private @Nullable ClusterCa ca;

  EngineKeeper(
      HostContext context,
      Directory directory,
      Voters voters,
      RegistryMirror mirror,
      Registrar registrar) {
    this.context = context;
    this.directory = directory;
    this.voters = voters;
    this.mirror = mirror;
    this.registrar = registrar;
  }

  void start() {
    lookNanos = context.now();
    notBeforeNanos = context.now();
    ledNanos = context.now();
    if (context.options.engineHasState()) {
      restartNext = true;
      run(new EngineTask.Restart());
    } else if (context.options.founding() != null && !mirror.view().created()) {
      run(new EngineTask.Bootstrap());
    }
  }

  private void run(EngineTask task) {
    running = task;
    context.out().engineTask(task);
  }

  void taskEnded(EngineTask task, @Nullable String error) {
    running = null;
    boolean ok = error == null;
    restartNext =
        switch (task) {
          case EngineTask.Bootstrap t -> ok;
          // What was begun on disk is gone on with; if that fails, join anew, and so by turns.
          case EngineTask.Restart t -> ok;
          case EngineTask.JoinVoters t -> true;
          case EngineTask.LeaveVoters t -> !ok;
          case EngineTask.RemoveVoter t -> restartNext;
        };
    failedLeaves = !ok && task instanceof EngineTask.LeaveVoters ? failedLeaves + 1 : 0;
    if (error != null) {
      notBeforeNanos = context.inMillis(RETRY_MILLIS << Math.min(failedLeaves, MAX_DOUBLINGS));
      context.event("registry-engine", task.getClass().getSimpleName(), error);
    }
  }

  /** Whether this host is about to become a voter beside that one: it must hear the log from it. */
  boolean joins(NodeId peer) {
    return running instanceof EngineTask.JoinVoters join && join.voters().contains(peer);
  }

  void memberState(Member member) {
    if (member.state() == MemberState.FAILED) {
      failedSince.putIfAbsent(member.id(), context.now());
    } else {
      failedSince.remove(member.id());
    }
  }

  void runDue() {
    if (lookNanos > context.now()) {
      return;
    }
    lookNanos = context.inMillis(LOOK_MILLIS);
    if (voters.engineFollows()) {
      ledNanos = context.now();
    }
    if (voters.leads()) {
      found();
      chooseVoters();
      shareCaKey();
    }
    if (running == null && notBeforeNanos <= context.now()) {
      followRegistry();
    }
  }

  private void found() {
    HostOptions.Founding founding = context.options.founding();
    if (founding == null || mirror.view().created() || genesisAsked) {
      return;
    }
    genesisAsked = true;
    var identity = context.options.identity();
    try {
      registrar.submit(
          new RegistryCommand.CreateGenesis(
              identity.cluster(),
              Blob.of(identity.caCertificate().getEncoded()),
              context.self,
              identity.name(),
              founding.wrappedCaKey(),
              founding.quarantineMillis()),
          new Ignored<>(() -> genesisAsked = false));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a CA certificate that was read has an encoding", e);
    }
  }

  /** The leader's part: who should be voters. */
  private void chooseVoters() {
    RegistryView view = mirror.view();
    if (!view.created() || asked) {
      return;
    }
    List<NodeId> fit = fitHosts(view);
    int target = fit.size() >= 3 ? 3 : 1;
    TreeSet<NodeId> chosen = new TreeSet<>();
    for (NodeId voter : view.wantedVoters()) {
      boolean keep = fit.contains(voter) || failedLately(view, voter);
      if (keep && chosen.size() < Math.max(target, view.wantedVoters().size())) {
        chosen.add(voter);
      }
    }
    for (NodeId host : fit) {
      if (chosen.size() < target) {
        chosen.add(host);
      }
    }
    shrink(chosen, fit, target);
    if (!chosen.isEmpty() && !List.copyOf(chosen).equals(view.wantedVoters())) {
      asked = true;
      registrar.submit(
          new RegistryCommand.SetWantedVoters(List.copyOf(chosen)),
          new Ignored<>(() -> asked = false));
    }
  }

  /** Too many for a cluster this small, and all of them well: give some back, never the leader. */
  private void shrink(Set<NodeId> chosen, List<NodeId> fit, int target) {
    if (!fit.containsAll(chosen)) {
      return;
    }
    List<NodeId> surplus = new ArrayList<>(chosen);
    surplus.remove(context.self);
    while (chosen.size() > target && !surplus.isEmpty()) {
      chosen.remove(surplus.removeLast());
    }
  }

  /** Hosts that could vote: registered, present, not about to leave. This host first if it is. */
  private List<NodeId> fitHosts(RegistryView view) {
    List<NodeId> fit = new ArrayList<>();
    if (!voters.isLeaving() && active(view, context.self)) {
      fit.add(context.self);
    }
    for (Member member : directory.others()) {
      var host = directory.host(member.id());
      if (member.state() == MemberState.ALIVE
          && active(view, member.id())
          && host != null
          && !host.registryRole().equals(Voters.LEAVING)
          && directory.publicKey(member.id()) != null) {
        fit.add(member.id());
      }
    }
    return fit;
  }

  private static boolean active(RegistryView view, NodeId id) {
    return view.host(id).map(Host::state).filter(s -> s == HostState.ACTIVE).isPresent();
  }

  /** Suspected, or failed a short time ago: it may well come back, so it keeps its place. */
  private boolean failedLately(RegistryView view, NodeId voter) {
    if (!active(view, voter) || (voter.equals(context.self) && voters.isLeaving())) {
      return false;
    }
    Member member =
        directory.others().stream().filter(m -> m.id().equals(voter)).findFirst().orElse(null);
    if (member == null) {
      return true;
    }
    return switch (member.state()) {
      case ALIVE -> {
        var host = directory.host(voter);
        yield host == null || !host.registryRole().equals(Voters.LEAVING);
      }
      case SUSPECT -> true;
      case LEFT -> false;
      case FAILED -> {
        long since = failedSince.getOrDefault(voter, context.now());
        yield context.now() - since < REPLACE_AFTER_MILLIS * HostContext.NANOS_PER_MILLI;
      }
    };
  }

  /** Every host's part: be what the registry says. */
  private void followRegistry() {
    RegistryView view = mirror.view();
    List<NodeId> wanted = view.wantedVoters();
    boolean shouldVote = wanted.contains(context.self) && !voters.isLeaving();
    boolean votes = voters.engineServes();
    if (shouldVote && voters.status().role() == EngineStatus.Role.STOPPED) {
      List<NodeId> present = List.copyOf(voters.voterHosts().keySet());
      if (restartNext) {
        run(new EngineTask.Restart());
      } else if (!present.isEmpty()) {
        run(new EngineTask.JoinVoters(present));
      }
      return;
    }
    List<NodeId> actual = voters.status().voterIds();
    boolean stays = wanted.isEmpty() || wanted.contains(context.self);
    // Without a leader for long it may have been taken out while it was away, and know old voters.
    boolean lost = ledNanos + LOST_MILLIS * HostContext.NANOS_PER_MILLI <= context.now();
    if (votes && !stays && (voters.isLeaving() || lost || othersThatGoAreOut(view, actual))) {
      // Only when somebody who stays has the log; the last voter never leaves.
      if (lost || actual.stream().anyMatch(wanted::contains)) {
        run(new EngineTask.LeaveVoters(List.copyOf(voters.voterHosts().keySet())));
      }
      return;
    }
    if (voters.leads()) {
      for (NodeId voter : actual) {
        if (!wanted.contains(voter) && !voter.equals(context.self) && !present(voter)) {
          run(new EngineTask.RemoveVoter(voter));
          return;
        }
      }
    }
  }

  /**
   * Who votes no more but stays a host lets those go first who leave the cluster or are gone. Else
   * the last two voters could be one that stays and one that leaves, and when that one is gone the
   * other has no majority for ever (INV-MEM-5).
   */
  private boolean othersThatGoAreOut(RegistryView view, List<NodeId> actual) {
    return actual.stream()
        .filter(v -> !view.wantedVoters().contains(v) && !v.equals(context.self))
        .allMatch(v -> active(view, v) && present(v));
  }

  private boolean present(NodeId id) {
    return directory.others().stream().anyMatch(m -> m.id().equals(id) && m.present());
  }

  /** The cluster's CA, if this host is one of those that hold its key. */
  @Nullable ClusterCa ca() {
    Blob wrapped = mirror.view().wrappedCaKey(context.self).orElse(null);
    if (wrapped == null) {
      ca = null; // another votes in this host's place, and signs
    } else if (ca == null) {
      try {
        ca = CaCustody.unwrap(wrapped.toByteArray(), context.options.identity());
      } catch (GeneralSecurityException e) {
        context.event("ca-refused", context.self.shortForm(), String.valueOf(e.getMessage()));
      }
    }
    return ca;
  }

  /** Gives the CA's key to every voter that should hold it and does not yet. */
  private void shareCaKey() {
    RegistryView view = mirror.view();
    ClusterCa authority = ca();
    if (authority == null || asked) {
      return;
    }
    for (NodeId voter : view.wantedVoters()) {
      byte[] key = directory.publicKey(voter);
      if (key == null || view.wrappedCaKey(voter).isPresent()) {
        continue;
      }
      try {
        var publicKey = KeyPairs.publicKey(key);
        if (NodeId.of(publicKey).equals(voter)) {
          asked = true;
          registrar.submit(
              new RegistryCommand.StoreWrappedCaKey(
                  voter, Blob.of(CaCustody.wrap(authority, publicKey))),
              new Ignored<>(() -> asked = false));
          return;
        }
      } catch (InvalidKeyException | IllegalArgumentException e) {
        context.event(
            "ca-refused", directory.nameOf(voter), "its public key is unusable: " + e.getMessage());
      }
    }
  }

  long nextDeadlineNanos() {
    return lookNanos;
  }

  /** For commands that are looked at again anyway: whatever came of it, go on. */
  private record Ignored<T>(Runnable after) implements Reply<T> {
    @Override
    public void done(T answer) {
      after.run();
    }

    @Override
    public void refused(Refusal refusal) {
      after.run();
    }
  }
}
