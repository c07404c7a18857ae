package io.weft.overlay.registry;

/** Why a command was refused. */
public enum RefusalCode {
  /** The bytes are no command, or its values are outside their bounds. */
  INVALID,
  /** The cluster has not been created yet, or has been already. */
  WRONG_PHASE,
  /** There is no such network, host or token. */
  UNKNOWN,
  /** A network of this name is there already. */
  EXISTS,
  /** It overlaps with, or equals, one that is in use or in quarantine. */
  CONFLICT,
  /** Nothing is left to give. */
  EXHAUSTED,
  /** The token is expired. */
  TOKEN_EXPIRED,
  /** The token is used up. */
  TOKEN_USED_UP,
  /** The token was revoked. */
  TOKEN_REVOKED,
  /** The host was revoked. */
  HOST_REVOKED,
  /** One of {@link RegistryLimits} is reached. */
  LIMIT
}
