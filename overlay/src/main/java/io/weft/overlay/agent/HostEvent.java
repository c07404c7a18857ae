package io.weft.overlay.agent;

import io.weft.gossip.UserEvent;
import org.jspecify.annotations.Nullable;

/**
 * Something worth telling the operator.
 *
 * @param type such as {@code member-failed}
 * @param subject what it happened to: a name, an id, a block
 * @param cause why, in words
 * @param userEvent what a user fired at some host, if that is what it tells; null else
 */
public record HostEvent(String type, String subject, String cause, @Nullable UserEvent userEvent) {
  /** One that no user fired. */
  public HostEvent(String type, String subject, String cause) {
    this(type, subject, cause, null);
  }
}
