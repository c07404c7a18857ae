package io.weft.overlay.agent;

import org.jspecify.annotations.Nullable;

/** Waits for a reply and checks that there is exactly one. */
final class Answer<T> implements Reply<T> {
  private @Nullable T granted;
  private @Nullable Refusal refusal;
  private int answers;

  @Override
  public void done(T answer) {
    granted = answer;
    answers++;
  }

  @Override
  public void refused(Refusal why) {
    refusal = why;
    answers++;
  }

  boolean isThere() {
    if (answers > 1) {
      throw new AssertionError("a request was answered " + answers + " times");
    }
    return answers == 1;
  }

  T granted() {
    T answer = granted;
    if (answer == null) {
      throw new AssertionError(refusal == null ? "no answer" : "refused: " + refusal);
    }
    return answer;
  }

  Refusal refusal() {
    Refusal why = refusal;
    if (why == null) {
      throw new AssertionError(granted == null ? "no answer" : "granted: " + granted);
    }
    return why;
  }
}
