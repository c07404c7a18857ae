package io.weft.simulator.fleet;

import io.weft.raft.LogClock;
import io.weft.raft.RaftRuntime;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Where one host's consensus engine gets its clock, its randomness and its turn from. What breaks
 * in a task breaks only that task, as in the engine's own thread.
 */
final class EngineRuntime implements RaftRuntime {
  private final FleetHost host;
  private final long life;
  private final RandomGenerator random;
  private final LogClock logClock;

  EngineRuntime(FleetHost host, long life, RandomGenerator random) {
    this.host = host;
    this.life = life;
    this.random = random;
    this.logClock = new LogClock(host.wallMillis(), host.monotonicNanos());
  }

  @Override
  public long wallMillis() {
    long millis = logClock.millis(host.wallMillis(), host.monotonicNanos());
    host.fleet.judge().clockShown(host, millis);
    return millis;
  }

  @Override
  public long leaderMillis() {
    return logClock.leads(host.wallMillis(), host.monotonicNanos());
  }

  @Override
  public void heard(long leaderMillis) {
    logClock.heard(leaderMillis, host.wallMillis(), host.monotonicNanos());
  }

  @Override
  public OptionalLong agreedMillis() {
    return logClock.agreedMillis(host.wallMillis(), host.monotonicNanos());
  }

  @Override
  public void told(long voterMillis) {
    logClock.told(voterMillis, host.wallMillis(), host.monotonicNanos());
  }

  @Override
  public long monotonicNanos() {
    return host.monotonicNanos();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void execute(Runnable task) {
    host.turns().ofEngine(life, host.world().nowNanos(), () -> run(task));
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    boolean[] cancelled = {false};
    host.turns()
        .ofEngine(
            life,
            host.worldTime(host.monotonicNanos() + delay.toNanos()),
            () -> {
              if (!cancelled[0]) {
                run(task);
              }
            });
    return () -> cancelled[0] = true;
  }

  private void run(Runnable task) {
    RaftRuntime.install(this);
    try {
      task.run();
    } catch (RuntimeException e) {
      host.engineTaskFailed(e);
    } finally {
      RaftRuntime.install(null);
    }
  }

  @Override
  public boolean isCurrent() {
    return true; // the world has one thread
  }
}
