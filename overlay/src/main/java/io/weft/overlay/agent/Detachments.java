package io.weft.overlay.agent;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that are no more, until their interfaces are gone too. As long as an interface is there
 * its addresses are not another's (INV-IPAM-1), and it is removed again and again.
 */
final class Detachments {
  /** How long the removal of an interface may take. */
  static final long REMOVE_MILLIS = 30_000;

  /** How long after a removal that failed it is tried again. */
  static final long RETRY_MILLIS = 2_000;

  private static final class Leaving {
    final LocalEndpoint endpoint;
    @Nullable Reply<LocalEndpoint> reply;

    /** Whether its removal was ordered and has not ended: it is not ordered again meanwhile. */
    boolean underWay;

    long dueNanos;

    Leaving(LocalEndpoint endpoint, @Nullable Reply<LocalEndpoint> reply) {
      this.endpoint = endpoint;
      this.reply = reply;
    }
  }

  private final HostContext context;
  private final Consumer<LocalEndpoint> gone;
  private final TreeMap<String, Leaving> leaving = new TreeMap<>();

  /**
   * None yet.
   *
   * @param gone told of each whose interfaces are gone
   */
  Detachments(HostContext context, Consumer<LocalEndpoint> gone) {
    this.context = context;
    this.gone = gone;
  }

  /**
   * Begins to remove an endpoint's interfaces; whoever asked for it is answered when that is done.
   */
  void begin(LocalEndpoint endpoint, @Nullable Reply<LocalEndpoint> reply) {
    Leaving entry = new Leaving(endpoint, reply);
    leaving.put(endpoint.record().id(), entry);
    order(entry);
  }

  private void order(Leaving entry) {
    entry.underWay = true;
    entry.dueNanos = context.inMillis(REMOVE_MILLIS);
    context.out().unwire(entry.endpoint.record().id());
  }

  /** Those whose interfaces may still be there. */
  List<LocalEndpoint> all() {
    return leaving.values().stream().map(entry -> entry.endpoint).toList();
  }

  /** A removal has ended. */
  void unwired(String id, @Nullable String error) {
    Leaving entry = leaving.get(id);
    if (entry == null) {
      return;
    }
    if (error != null) {
      failed(entry, error);
      entry.underWay = false;
      entry.dueNanos = context.inMillis(RETRY_MILLIS);
      return;
    }
    leaving.remove(id);
    gone.accept(entry.endpoint);
    Reply<LocalEndpoint> reply = entry.reply;
    if (reply != null) {
      reply.done(entry.endpoint);
    }
  }

  private void failed(Leaving entry, String error) {
    Reply<LocalEndpoint> reply = entry.reply;
    entry.reply = null;
    if (reply != null) {
      reply.refused(
          new Refusal(
              Refusal.Kind.FAILED,
              "endpoint %s is off its network, but its interface is still there and is tried again: %s"
                  .formatted(entry.endpoint.record().name(), error)));
    }
  }

  void runDue() {
    for (Leaving entry : List.copyOf(leaving.values())) {
      if (entry.dueNanos > context.now()) {
        continue;
      }
      if (entry.underWay) {
        failed(entry, "it was not removed in time; see the agent's log");
        entry.dueNanos = Long.MAX_VALUE;
      } else {
        order(entry);
      }
    }
  }

  long nextDeadlineNanos() {
    long next = Long.MAX_VALUE;
    for (Leaving entry : leaving.values()) {
      next = Math.min(next, entry.dueNanos);
    }
    return next;
  }
}
