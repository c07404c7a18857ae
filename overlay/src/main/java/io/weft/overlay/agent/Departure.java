package io.weft.overlay.agent;

import io.weft.gossip.core.GossipInput;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leaving in good order: the host's blocks are given back, its vote goes to another, its peers are
 * told, and only then does it end.
 */
final class Departure {
  /** How long to wait until another host has taken over this one's vote. */
  static final long HANDOVER_MILLIS = 15_000;

  private enum Phase {
    STAYING,
    RELEASING,
    HANDING_OVER,
    SAYING_GOODBYE,
    GONE
  }

  private final HostContext context;
  private final Voters voters;
  private final Registrar registrar;
  private final Consumer<GossipInput> gossip;
  private Phase phase = Phase.STAYING;
  private long handoverDeadlineNanos = Long.MAX_VALUE;
  private @Nullable Reply<NodeId> reply;

  Departure(HostContext context, Voters voters, Registrar registrar, Consumer<GossipInput> gossip) {
    this.context = context;
    this.voters = voters;
    this.registrar = registrar;
    this.gossip = gossip;
  }

  void begin(Reply<NodeId> whom) {
    if (phase != Phase.STAYING) {
      whom.refused(new Refusal(Refusal.Kind.REFUSED, "this host is leaving already"));
      return;
    }
    phase = Phase.RELEASING;
    reply = whom;
    registrar.submit(
        new RegistryCommand.ReleaseHost(context.self),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            phase = Phase.HANDING_OVER;
            voters.leaving();
            handoverDeadlineNanos = context.inMillis(HANDOVER_MILLIS);
          }

          @Override
          public void refused(Refusal refusal) {
            phase = Phase.STAYING;
            reply = null;
            whom.refused(
                new Refusal(
                    refusal.kind(),
                    "cannot give back this host's blocks, so it stays: " + refusal.message()));
          }
        });
  }

  void runDue() {
    if (phase != Phase.HANDING_OVER) {
      return;
    }
    boolean alone =
        voters.status().voterIds().equals(List.of(context.self))
            && voters.voterHosts().isEmpty()
            && !voters.othersPresent();
    if (!voters.engineServes() || alone || handoverDeadlineNanos <= context.now()) {
      phase = Phase.SAYING_GOODBYE;
      gossip.accept(new GossipInput.Leave());
    }
  }

  void goodbyeSaid() {
    if (phase != Phase.SAYING_GOODBYE) {
      return;
    }
    phase = Phase.GONE;
    Reply<NodeId> whom = reply;
    if (whom != null) {
      whom.done(context.self);
    }
    context.out().left();
  }

  long nextDeadlineNanos() {
    return phase == Phase.HANDING_OVER ? handoverDeadlineNanos : Long.MAX_VALUE;
  }
}
