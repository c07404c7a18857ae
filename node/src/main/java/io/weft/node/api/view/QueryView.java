package io.weft.node.api.view;

import java.util.List;

/**
 * What came of a query.
 *
 * @param ltime its Lamport time
 * @param acks how many members said that it has come, those that answered among them
 * @param answers in the order in which they came
 * @param missing the names of members that were there and asked, and said nothing in time
 * @param leftOut answers that were not kept, because there were too many bytes of them already
 */
public record QueryView(
    String name,
    long ltime,
    int acks,
    List<AnswerView> answers,
    List<String> missing,
    int leftOut) {}
