package io.weft.node.demo;

import java.util.List;

/**
 * What the demo showed.
 *
 * @param ok whether every step held
 * @param hosts how many
 * @param driver the data-plane driver in use, or the one asked for when it never came so far
 */
public record DemoResult(boolean ok, List<Step> steps, int hosts, String driver) {
  /**
   * One step.
   *
   * @param name one word that stays as it is
   * @param millis how long it took
   * @param detail for people; when it failed, why
   */
  public record Step(String name, boolean ok, long millis, String detail) {}
}
