package io.weft.overlay.agent;

/**
 * Why a request was not carried out.
 *
 * @param kind what sort of trouble, for exit codes
 * @param message one line: what is wrong and how to mend it
 */
public record Refusal(Kind kind, String message) {
  /** What sort of trouble. */
  public enum Kind {
    /** What the request names does not exist. */
    NOT_FOUND,
    /** The request itself is wrong: a bad value. */
    INVALID,
    /** Refused by the registry's rules: taken, exhausted, expired. */
    REFUSED,
    /** No majority of voters has confirmed it in time: it may take effect later, or never. */
    NO_QUORUM,
    /** The host's kernel refused. */
    FAILED
  }
}
