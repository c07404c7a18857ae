package io.weft.overlay.agent;

import io.weft.gossip.core.GossipInput;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leaving in good order: the host's addresses are given up, then its blocks are given back, its
 * vote goes to another, its peers are told, and only then does it end.
 *
 * <p>Addresses go before blocks: from when a block's release is written down its quarantine runs,
 * and a host that hears of that late, or is frozen, would use them past its end (INV-IPAM-2). It
 * first finds out whether the registry answers, so that where it does not nothing is lost (decision
 * 0018).
 */
final class Departure {
  /**
   * How long to wait until another host has taken over this one's vote. After that it goes if the
   * others have a majority without it, and else stays until it can go: a host that leaves in good
   * order never takes the registry with it.
   */
  static final long HANDOVER_MILLIS = 15_000;

  /** How long the endpoints' interfaces may take to be removed. */
  static final long EMPTY_MILLIS = Detachments.REMOVE_MILLIS;

  /** How often it looks, after that time, whether it can go. */
  static final long LOOK_MILLIS = 500;

  private enum Phase {
    STAYING,
    PROBING,
    EMPTYING,
    RELEASING,
    HANDING_OVER,
    SAYING_GOODBYE,
    GONE
  }

  private final HostContext context;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final Consumer<GossipInput> gossip;
  private final EndpointDesk endpoints;
  private Phase phase = Phase.STAYING;
  private long emptyDeadlineNanos = Long.MAX_VALUE;
  private long handoverDeadlineNanos = Long.MAX_VALUE;
  private final ReleaseDoubt doubt;
  private @Nullable Reply<NodeId> reply;

  Departure(
      HostContext context,
      Voters voters,
      RegistryMirror mirror,
      Registrar registrar,
      Consumer<GossipInput> gossip,
      EndpointDesk endpoints) {
    this.context = context;
    this.voters = voters;
    this.mirror = mirror;
    this.registrar = registrar;
    this.gossip = gossip;
    this.endpoints = endpoints;
    this.doubt = new ReleaseDoubt(context, registrar, endpoints);
  }

  /** Goes on where the last run ended. */
  void start() {
    doubt.start();
  }

  /** Answered when this host has left, or stays and why. */
  void begin(Reply<NodeId> whom) {
    if (phase != Phase.STAYING) {
      whom.refused(new Refusal(Refusal.Kind.REFUSED, "this host is leaving already"));
      return;
    }
    phase = Phase.PROBING;
    reply = whom;
    registrar.probe(
        this::empty,
        unanswered -> {
          if (phase == Phase.PROBING) {
            stay(
                unanswered.kind(),
                "cannot give back this host's blocks, so it stays: " + unanswered.message());
          }
        });
  }

  private void empty() {
    if (phase != Phase.PROBING) {
      return;
    }
    phase = Phase.EMPTYING;
    emptyDeadlineNanos = context.inMillis(EMPTY_MILLIS);
    endpoints.close();
    releaseIfEmpty();
  }

  private void releaseIfEmpty() {
    if (!endpoints.nothingLeft()) {
      if (emptyDeadlineNanos <= context.now()) {
        stay(
            Refusal.Kind.FAILED,
            "this host stays: its endpoints are detached, but an interface of theirs could not be"
                + " removed, so its blocks are not given back; see the agent's log, restart the"
                + " agent, which removes what was left, and leave again");
      }
      return;
    }
    phase = Phase.RELEASING;
    doubt.asked();
    registrar.submit(
        new RegistryCommand.ReleaseHost(context.self),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            handOver();
          }

          @Override
          public void refused(Refusal refusal) {
            if (refusal.kind() == Refusal.Kind.NO_QUORUM) {
              doubt.begin();
            } else if (!doubt.isOpen()) {
              endpoints.releaseAsked(false);
            }
            stay(
                refusal.kind(),
                "its endpoints are detached, but cannot give back this host's blocks, so it stays: "
                    + refusal.message());
          }
        });
  }

  private void stay(Refusal.Kind kind, String message) {
    phase = Phase.STAYING;
    endpoints.open();
    Reply<NodeId> whom = reply;
    reply = null;
    if (whom != null) {
      whom.refused(new Refusal(kind, message));
    }
  }

  private void handOver() {
    phase = Phase.HANDING_OVER;
    endpoints.close(); // released by another way, such as an earlier run's wish, it has some yet
    doubt.end();
    voters.leaving();
    handoverDeadlineNanos = context.inMillis(HANDOVER_MILLIS);
  }

  void runDue() {
    if (phase == Phase.STAYING) {
      doubt.runDue();
    } else if (phase == Phase.EMPTYING) {
      releaseIfEmpty();
    }
    if (mayStay() && released()) {
      // A release whose answer never came, or came to a process that was killed, took effect after
      // all: others may soon be given the blocks (INV-IPAM-1).
      context.event("leaving", context.self.shortForm(), "its blocks were given back after all");
      handOver();
    }
    if (phase != Phase.HANDING_OVER) {
      return;
    }
    boolean alone =
        voters.status().voterIds().equals(List.of(context.self))
            && voters.voterHosts().isEmpty()
            && !voters.othersPresent();
    boolean late = handoverDeadlineNanos <= context.now();
    if (!voters.engineServes() || alone || (late && voters.dispensable())) {
      phase = Phase.SAYING_GOODBYE;
      gossip.accept(new GossipInput.Leave());
    } else if (late) {
      handoverDeadlineNanos = context.inMillis(LOOK_MILLIS);
      tellThatItStays();
    }
  }

  private void tellThatItStays() {
    Reply<NodeId> whom = reply;
    if (whom != null) {
      reply = null;
      whom.refused(
          new Refusal(
              Refusal.Kind.NO_QUORUM,
              "this host's blocks are given back, but the registry has no majority without its"
                  + " vote; it stops by itself as soon as other voters can be reached"));
    }
  }

  /** Whether no release is under way, so that one that took effect is an earlier one. */
  private boolean mayStay() {
    return phase == Phase.STAYING || phase == Phase.PROBING || phase == Phase.EMPTYING;
  }

  private boolean released() {
    return mirror
        .view()
        .host(context.self)
        .filter(host -> host.state() == HostState.LEFT)
        .isPresent();
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
    context.left();
  }

  long nextDeadlineNanos() {
    return switch (phase) {
      case STAYING -> doubt.nextDeadlineNanos();
      case EMPTYING -> emptyDeadlineNanos;
      case HANDING_OVER -> handoverDeadlineNanos;
      case PROBING, RELEASING, SAYING_GOODBYE, GONE -> Long.MAX_VALUE;
    };
  }
}
