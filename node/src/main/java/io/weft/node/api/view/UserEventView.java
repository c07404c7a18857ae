package io.weft.node.api.view;

/**
 * What a user fired.
 *
 * @param name what kind of event it is
 * @param payload what goes with it, written as {@code encoding} says
 * @param encoding "text" or "base64"
 * @param from the name of the node where it was fired
 * @param fromId that node's identity
 * @param ltime Lamport time: later events have higher ones wherever the earlier had been seen
 */
public record UserEventView(
    String name, String payload, String encoding, String from, String fromId, long ltime) {}
