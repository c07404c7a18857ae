package io.weft.overlay.agent;

/**
 * Where the answer to a request goes. Exactly one of the two methods is called, exactly once, from
 * within a step of the core; the receiver must not call back into the core.
 *
 * @param <T> what a granted request answers
 */
public interface Reply<T> {
  /** The request was carried out. */
  void done(T answer);

  /**
   * The request was not carried out, and nothing of it remains; but for {@link
   * Refusal.Kind#NO_QUORUM}, after which nobody can tell yet.
   */
  void refused(Refusal refusal);
}
