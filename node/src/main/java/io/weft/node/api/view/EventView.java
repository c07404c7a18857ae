package io.weft.node.api.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One event of the ordered stream.
 *
 * @param index rises by one an event since the agent started
 * @param time ISO 8601
 * @param type for example "member-joined", "tunnel-up", "lease-granted", "user-event"
 * @param subject what it happened to
 * @param cause why
 * @param user of a "user-event", what was fired; absent else
 */
public record EventView(
    long index,
    String time,
    String type,
    String subject,
    String cause,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserEventView user) {
  /** One that no user fired. */
  public EventView(long index, String time, String type, String subject, String cause) {
    this(index, time, type, subject, cause, null);
  }
}
