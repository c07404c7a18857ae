package io.weft.simulator.fleet;

import io.weft.simulator.world.World;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When a host's process gets to do something: everything that it does goes through here. While it
 * stands still, or waits for its disk, its turns wait in their order; those of a life that is over
 * never come.
 */
final class Turns {
  /** Datagrams that wait before a process that stands still; the kernel drops further ones. */
  private static final int MAX_WAITING_DATAGRAMS = 256;

  private final FleetHost host;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Runnable> lateEffects = new ArrayDeque<>();
  private int pauses;
  private long busyUntilNanos;
  private boolean draining;
  private int waitingDatagrams;

  Turns(FleetHost host) {
    this.host = host;
  }

  private World world() {
    return host.world();
  }

  /** Something that the process does at a time; later when it stands still. */
  void at(long life, long atNanos, Runnable work) {
    world().at(atNanos, () -> now(life, work));
  }

  private void now(long life, Runnable work) {
    if (host.life() != life) {
      return;
    }
    if (standsStill()) {
      waiting.addLast(() -> now(life, work));
    } else {
      work.run();
    }
  }

  /** What a step still does after it has waited for the disk: before anything that came since. */
  void effect(long life, long atNanos, Runnable work) {
    besideSteps(life, atNanos, work, lateEffects);
  }

  /** The engine has a thread of its own: a busy control loop does not hold it up, a pause does. */
  void ofEngine(long life, long atNanos, Runnable work) {
    besideSteps(
        life,
        atNanos,
        () -> {
          if (host.life() == life) {
            work.run();
          }
        },
        waiting);
  }

  private void besideSteps(long life, long atNanos, Runnable work, Deque<Runnable> queue) {
    world()
        .at(
            atNanos,
            () -> {
              if (host.life() != life) {
                return;
              }
              if (pauses > 0) {
                queue.addLast(work);
              } else {
                work.run();
              }
            });
  }

  boolean paused() {
    return pauses > 0;
  }

  void pause(boolean on) {
    pauses += on ? 1 : -1;
    host.fleet.fabric().freeze(host.number, pauses > 0);
    if (pauses == 0) {
      drain();
    }
  }

  /** The step that just ended still waits for the disk for so long. */
  void busyFor(long nanos) {
    busyUntilNanos = world().nowNanos() + nanos;
    drain();
  }

  /** Whether one more datagram finds no room before this process. */
  boolean dropsDatagram() {
    return standsStill() && ++waitingDatagrams > MAX_WAITING_DATAGRAMS;
  }

  /** The process is gone. */
  void clear() {
    waiting.clear();
    lateEffects.clear();
    waitingDatagrams = 0;
    busyUntilNanos = 0;
  }

  private boolean standsStill() {
    return pauses > 0 || world().nowNanos() < busyUntilNanos || (!waiting.isEmpty() && !draining);
  }

  private void drain() {
    long life = host.life();
    world()
        .at(
            Math.max(world().nowNanos(), busyUntilNanos),
            () -> {
              if (host.life() == life && pauses == 0 && !draining) {
                drainNow(life);
              }
            });
  }

  private void drainNow(long life) {
    draining = true;
    while (!lateEffects.isEmpty() && host.life() == life) {
      lateEffects.removeFirst().run();
    }
    while (!waiting.isEmpty()
        && host.life() == life
        && world().nowNanos() >= busyUntilNanos
        && pauses == 0) {
      waiting.removeFirst().run();
    }
    draining = false;
    waitingDatagrams = 0;
    if (host.life() == life && !waiting.isEmpty() && pauses == 0) {
      drain();
    }
  }
}
