package io.weft.overlay.agent;

import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand;
import java.util.List;

/**
 * A release of this host's blocks was asked for, and no answer came: it may have taken effect, or
 * may yet. Until that is known the blocks' quarantine may be running, so their addresses are given
 * up in good time before its end (INV-IPAM-2).
 *
 * <p>It is known once the registry has answered a later request of this host, sent when no voter
 * can have the release before its engine any more: what was not committed before that answer never
 * will be. The doubt outlives the process; how long it was away nobody can tell for certain, so
 * after a start in doubt the addresses are given up at once.
 */
final class ReleaseDoubt {
  /** After this no voter tries to commit the release any more. */
  static final long SETTLED_MILLIS = 2 * Registrar.REQUEST_MILLIS;

  /** How often the registry is asked then. */
  static final long ASK_MILLIS = 5_000;

  /** The share of the quarantine that addresses are still used; clocks may drift in it. */
  private static final double SAFE_SHARE = 0.75;

  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  /** No network has this name: the request changes nothing. */
  private static final String NO_NETWORK = "";

  private final HostContext context;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final EndpointDesk endpoints;
  private boolean open;
  private boolean givenUp;
  private long sinceNanos;
  private long askNanos;

  ReleaseDoubt(
      HostContext context, RegistryMirror mirror, Registrar registrar, EndpointDesk endpoints) {
    this.context = context;
    this.mirror = mirror;
    this.registrar = registrar;
    this.endpoints = endpoints;
  }

  /** Goes on with the doubt that the last run ended in. */
  void start() {
    if (endpoints.releaseAsked()) {
      begin(LONG_AGO);
    }
  }

  /** The release was asked for at that time. */
  void begin(long askedNanos) {
    if (!open) {
      open = true;
      sinceNanos = askedNanos;
    }
    askNanos = context.inMillis(SETTLED_MILLIS);
  }

  /** It is known what came of it. */
  void end() {
    open = false;
    givenUp = false;
    endpoints.releaseAsked(false);
  }

  boolean isOpen() {
    return open;
  }

  /** Whether no address of the blocks may be given out. */
  boolean forbidsAddresses() {
    return open && givenUpAtNanos() <= context.now();
  }

  private long givenUpAtNanos() {
    double millis = mirror.view().quarantineMillis() * SAFE_SHARE;
    return sinceNanos + (long) (millis * HostContext.NANOS_PER_MILLI);
  }

  void runDue() {
    if (!open) {
      return;
    }
    if (!givenUp && forbidsAddresses()) {
      givenUp = true;
      context.event(
          "addresses-given-up",
          context.self.shortForm(),
          "whether this host's blocks were given back is not known, and others may soon have them");
      endpoints.dropAll();
    }
    if (askNanos <= context.now()) {
      askNanos = Long.MAX_VALUE;
      ask();
    }
  }

  private void ask() {
    registrar.submit(
        new RegistryCommand.LeaseBlock(NO_NETWORK, context.self, List.of(), false),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            end();
          }

          @Override
          public void refused(Refusal refusal) {
            if (refusal.kind() != Refusal.Kind.NO_QUORUM) {
              end();
            } else if (open) {
              askNanos = context.inMillis(ASK_MILLIS);
            }
          }
        });
  }

  long nextDeadlineNanos() {
    return !open ? Long.MAX_VALUE : givenUp ? askNanos : Math.min(askNanos, givenUpAtNanos());
  }
}
