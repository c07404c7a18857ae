package io.weft.overlay.records;

/** What came of reading a record that another host wrote. */
public sealed interface Parsed<T> {

  /** It is well formed. */
  record Valid<T>(T value) implements Parsed<T> {}

  /**
   * It is not; it is to be left out and counted.
   *
   * @param cause one line
   */
  record Malformed<T>(String cause) implements Parsed<T> {}
}
