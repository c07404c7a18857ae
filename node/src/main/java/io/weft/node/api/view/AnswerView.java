package io.weft.node.api.view;

/**
 * What one member answered.
 *
 * @param node its name
 * @param id its identity
 * @param payload the answer, written as {@code encoding} says
 * @param encoding "text" or "base64"
 * @param millis from the question to the answer
 */
public record AnswerView(String node, String id, String payload, String encoding, long millis) {}
