package io.weft.simulator.history;

import java.util.Locale;
import java.util.Optional;

/** How far an operation has come. */
public enum OperationType {
  /** The process asks; the answer is not known yet. */
  INVOKE,
  /** It was done, and this is the answer. */
  OK,
  /** It was surely not done. */
  FAIL,
  /** It may or may not have been done; the process never uses its id again. */
  INFO;

  /** The word that stands in a history file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<OperationType> ofWord(String word) {
    for (OperationType type : values()) {
      if (type.word().equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
