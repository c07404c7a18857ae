package io.weft.overlay.agent;

/**
 * Something worth telling the operator.
 *
 * @param type such as {@code member-failed}
 * @param subject what it happened to: a name, an id, a block
 * @param cause why, in words
 */
public record HostEvent(String type, String subject, String cause) {}
