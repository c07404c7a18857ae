package io.weft.simulator.world;

/** Something that happens at one instant of virtual time. */
@FunctionalInterface
public interface SimEvent {
  /** Happens. May schedule others at the same instant or later. */
  void run();
}
