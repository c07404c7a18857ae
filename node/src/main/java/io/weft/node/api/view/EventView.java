package io.weft.node.api.view;

/**
 * One event of the ordered stream.
 *
 * @param index rises by one an event since the agent started
 * @param time ISO 8601
 * @param type for example "member-joined", "tunnel-up", "lease-granted"
 * @param subject what it happened to
 * @param cause why
 */
public record EventView(long index, String time, String type, String subject, String cause) {}
