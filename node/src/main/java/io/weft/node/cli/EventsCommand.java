package io.weft.node.cli;

import io.weft.node.api.Json;
import io.weft.node.api.PayloadText;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.UserEventView;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft events}. */
@Command(
    name = "events",
    description = {
      "Show what happened, in order: members, tunnels, keys, leases, and users' own events.",
      "With -o json one object a line, with -o yaml one document each."
    },
    footer = {"", "Example:", "  weft events --follow"})
final class EventsCommand implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new events as they come.")
  private boolean follow;

  @Option(
      names = "--from",
      paramLabel = "INDEX",
      defaultValue = "0",
      description = "Begin at this index (default: all that are kept).")
  private long fromIndex;

  @Override
  public Integer call() {
    PrintWriter out = output.out();
    if (follow) {
      socket
          .client()
          .follow(
              fromIndex,
              event -> {
                print(out, event);
                return !out.checkError();
              });
    } else {
      socket.client().events(fromIndex).events().forEach(event -> print(out, event));
    }
    return ExitCodes.DONE;
  }

  /** An event as people see it. */
  static String line(EventView event) {
    UserEventView user = event.user();
    String details = event.cause();
    String payload = "";
    if (user != null) {
      payload =
          user.payload().isEmpty() ? "" : "  " + PayloadText.shown(user.payload(), user.encoding());
      details = "from " + user.from() + ", ltime " + user.ltime() + "; " + details;
    }
    String cause = details.isEmpty() ? "" : "  (" + details + ")";
    return Table.printable(
        event.time() + "  " + event.type() + "  " + event.subject() + payload + cause);
  }

  private void print(PrintWriter out, EventView event) {
    switch (output.format()) {
      case table -> out.println(line(event));
      case json -> out.println(Json.line(event));
      case yaml -> out.print("---\n" + OutputOption.yaml(event));
    }
    out.flush();
  }
}
