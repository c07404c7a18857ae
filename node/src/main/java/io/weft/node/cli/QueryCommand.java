package io.weft.node.cli;

import io.weft.node.api.ErrorKind;
import io.weft.node.api.PayloadText;
import io.weft.node.api.view.AnswerView;
import io.weft.node.api.view.QueryRequest;
import io.weft.node.api.view.QueryView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft query}. */
@Command(
    name = "query",
    description = {
      "Ask all members, or some, and gather what they say.",
      "Each says that the query has come (an ack); to 'ping' each agent answers with its name and",
      "version. It ends with 0 when all that were asked said so, and with 1 when some are missing",
      "or nobody is meant."
    },
    footer = {
      "",
      "Examples:",
      "  weft query ping",
      "  weft query ping --label zone=b --timeout 2s -o json"
    })
final class QueryCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();
  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final UserMessage message = new UserMessage();

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description = "Only this one, by name or id; may be repeated.")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Only members with this label; may be repeated.")
  private Map<String, String> labels = new TreeMap<>();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long to wait, up to 60s (default: 3.2s up to 9 members, as much again for each"
              + " further digit). It ends sooner when all have said what they will.")
  private @Nullable Duration timeout;

  @Override
  public Integer call() {
    Duration wait = timeout;
    Integer millis = wait == null ? null : (int) Math.min(Integer.MAX_VALUE, wait.toMillis());
    QueryView view =
        socket
            .client()
            .query(
                new QueryRequest(
                    message.name(), message.payload(), null, nodes, new TreeMap<>(labels), millis));
    output.print(view, () -> text(view));
    boolean all = view.missing().isEmpty() && view.acks() > 0;
    return all ? ExitCodes.DONE : ErrorKind.NOT_FOUND_OR_FALSE.exitCode();
  }

  private static String text(QueryView view) {
    StringBuilder text = new StringBuilder();
    if (!view.answers().isEmpty()) {
      Table table = new Table("NODE", "ANSWER", "AFTER");
      for (AnswerView answer : view.answers()) {
        table.row(
            answer.node(),
            PayloadText.shown(answer.payload(), answer.encoding()),
            answer.millis() + " ms");
      }
      text.append(table.format());
    }
    text.append(
        "%d acks, %d answers, %d missing%s%s%n"
            .formatted(
                view.acks(),
                view.answers().size(),
                view.missing().size(),
                view.missing().isEmpty() ? "" : ": " + Table.printable(names(view)),
                view.leftOut() == 0 ? "" : ", %d answers left out".formatted(view.leftOut())));
    return text.toString();
  }

  private static String names(QueryView view) {
    return String.join(", ", view.missing());
  }
}
