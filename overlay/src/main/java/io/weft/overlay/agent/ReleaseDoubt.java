package io.weft.overlay.agent;

/**
 * A release of this host's blocks was asked for, and no answer came: it may have taken effect, or
 * may yet. No address of them was in use any more when it was asked for, and until this is known
 * none is given out (INV-IPAM-2).
 *
 * <p>It is known once the registry has answered a later request of this host, sent when no voter
 * can have the release before its engine any more: what was not committed before that answer never
 * will be. The doubt outlives the process.
 */
final class ReleaseDoubt {
  /** After this no voter tries to commit the release any more. */
  static final long SETTLED_MILLIS = 2 * Registrar.REQUEST_MILLIS;

  /** How often the registry is asked then. */
  static final long ASK_MILLIS = 5_000;

  private final HostContext context;
  private final Registrar registrar;
  private final EndpointDesk endpoints;
  private boolean open;

  /** No voter has the release before its engine any more. */
  private long settledNanos;

  private long askNanos;

  /** Rises with each release: what is learnt of an earlier one says nothing of a later one. */
  private long round;

  ReleaseDoubt(HostContext context, Registrar registrar, EndpointDesk endpoints) {
    this.context = context;
    this.registrar = registrar;
    this.endpoints = endpoints;
  }

  /** Goes on with the doubt that the last run ended in. */
  void start() {
    if (endpoints.releaseAsked()) {
      endpoints.close(); // there is none, unless the file is of a version that asked sooner
      endpoints.open();
      begin();
    }
  }

  /** A release is asked for; kept before that is done. */
  void asked() {
    round++;
    endpoints.releaseAsked(true);
  }

  /** No answer came to it in time, or to an earlier run. */
  void begin() {
    open = true;
    settledNanos = context.inMillis(SETTLED_MILLIS);
    askNanos = settledNanos;
  }

  /** It is known what came of it. */
  void end() {
    open = false;
    endpoints.releaseAsked(false);
  }

  boolean isOpen() {
    return open;
  }

  void runDue() {
    if (open && askNanos <= context.now()) {
      askNanos = Long.MAX_VALUE;
      long about = round;
      registrar.probe(
          () -> {
            if (about == round) {
              end();
            } else {
              askAgain();
            }
          },
          unanswered -> askAgain());
    }
  }

  private void askAgain() {
    askNanos = Math.max(settledNanos, context.inMillis(ASK_MILLIS));
  }

  long nextDeadlineNanos() {
    return open ? askNanos : Long.MAX_VALUE;
  }
}
