package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.gossip.QueryResult;
import io.weft.gossip.UserEvent;
import io.weft.node.api.PayloadText;
import io.weft.node.api.view.AnswerView;
import io.weft.node.api.view.QueryView;
import io.weft.node.api.view.UserEventView;
import java.util.ArrayList;
import java.util.List;

/** Users' events and queries as the API shows them. */
final class UserViews {
  private UserViews() {}

  static UserEventView view(UserEvent event) {
    PayloadText payload = PayloadText.of(event.payload());
    return new UserEventView(
        event.name(),
        payload.text(),
        payload.encoding(),
        event.fromName(),
        event.from().hex(),
        event.ltime());
  }

  static QueryView view(String name, QueryResult result) {
    List<AnswerView> answers = new ArrayList<>();
    for (QueryResult.Response response : result.responses()) {
      byte[] answer = response.answer();
      if (answer != null) {
        PayloadText text = PayloadText.of(answer);
        answers.add(
            new AnswerView(
                response.name(),
                response.id().hex(),
                text.text(),
                text.encoding(),
                response.millis()));
      }
    }
    return new QueryView(
        name,
        result.ltime(),
        result.responses().size(),
        answers,
        result.missing().stream().map(Member::name).toList(),
        result.leftOut());
  }
}
