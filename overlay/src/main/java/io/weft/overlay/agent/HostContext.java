package io.weft.overlay.agent;

import io.weft.security.identity.NodeId;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a {@link HostCore} share within one step: the time, where effects go, and that
 * the plan must be made anew.
 */
final class HostContext {
  static final long NANOS_PER_MILLI = 1_000_000L;

  final HostOptions options;
  final NodeId self;
  final RandomGenerator random;

  private @Nullable HostEffects out;
  private long nowNanos;
  private boolean planStale = true;
  private Runnable saveRegistry = () -> {};

  HostContext(HostOptions options, RandomGenerator random) {
    this.options = options;
    this.self = options.identity().id();
    this.random = random;
  }

  void enter(long now, HostEffects effects) {
    nowNanos = now;
    out = effects;
  }

  long now() {
    return nowNanos;
  }

  long inMillis(long millis) {
    return nowNanos + millis * NANOS_PER_MILLI;
  }

  HostEffects out() {
    return Objects.requireNonNull(out, "effects are wanted outside a step");
  }

  /** What brings the registry's copy to the disk, if it has changed. */
  void registryFirst(Runnable save) {
    saveRegistry = save;
  }

  /** Keeps the endpoints, and before them the registry that their leases and networks are in. */
  void saveLocal(LocalState state) {
    saveRegistry.run();
    out().saveLocal(state);
  }

  /** Ends the process for good; its next start reads from the registry that it has left. */
  void left() {
    saveRegistry.run();
    out().left();
  }

  void event(String type, String subject, String cause) {
    out().emit(new HostEvent(type, subject, cause));
  }

  void planIsStale() {
    planStale = true;
  }

  boolean takePlanStale() {
    boolean stale = planStale;
    planStale = false;
    return stale;
  }
}
