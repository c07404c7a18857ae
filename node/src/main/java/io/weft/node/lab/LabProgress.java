package io.weft.node.lab;

/** Hears of each step while a lab is built. */
@FunctionalInterface
public interface LabProgress {
  /** A step begins, by the name that it has in {@link #done}. */
  default void begun(String name) {}

  /**
   * A step is done.
   *
   * @param name one word that stays as it is
   * @param detail for people
   */
  void done(String name, String detail);
}
