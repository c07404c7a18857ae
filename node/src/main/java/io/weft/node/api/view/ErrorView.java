package io.weft.node.api.view;

/** The body of an answer that is an error. */
public record ErrorView(Detail error) {
  /**
   * What went wrong.
   *
   * @param kind the name of an {@code ErrorKind}
   * @param message one line: what is wrong and how to mend it
   */
  public record Detail(String kind, String message) {}
}
