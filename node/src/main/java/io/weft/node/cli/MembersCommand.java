package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.MembersView;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft members}. */
@Command(
    name = "members",
    description = {
      "Show the cluster's members and their state.",
      "With --watch, show them again at each change of them, with what has changed.",
      "Then -o json is one object a line, and -o yaml one document each."
    },
    footer = {"", "Example:", "  weft members --watch"})
final class MembersCommand implements Callable<Integer> {
  private static final String OF_MEMBERS = "member-";

  @Mixin private final SocketOption socket = new SocketOption();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = {"-w", "--watch"},
      description = "Go on, and show them again at each change.")
  private boolean watch;

  @Override
  public Integer call() {
    ApiClient client = socket.client();
    if (!watch) {
      MembersView members = client.members();
      output.print(members, () -> table(members));
      return ExitCodes.DONE;
    }
    // What happens from here on is told by the stream; what happened before is in the first answer.
    List<EventView> before = client.events(0).events();
    long next = before.isEmpty() ? 0 : before.getLast().index() + 1;
    print(client.members(), "");
    PrintWriter out = output.out();
    client.follow(
        next,
        event -> {
          if (event.type().startsWith(OF_MEMBERS)) {
            print(client.members(), EventsCommand.line(event) + "\n");
          }
          return !out.checkError();
        });
    return ExitCodes.DONE;
  }

  /** One showing of a watch. */
  private void print(MembersView members, String change) {
    PrintWriter out = output.out();
    if (output.format() == OutputFormat.yaml) {
      out.print("---\n");
    }
    output.print(members, () -> (change.isEmpty() ? "" : "\n" + change) + table(members));
  }

  private static String table(MembersView members) {
    Table table = new Table("ID", "NAME", "ADDRESS", "STATE", "INCARNATION", "RTT", "LABELS");
    for (MemberView m : members.members()) {
      table.row(
          QueryCommands.shortId(m.id()),
          m.name(),
          m.address(),
          m.state(),
          m.incarnation(),
          QueryCommands.rtt(m.rttMillis()),
          QueryCommands.labels(m.labels()));
    }
    return table.format();
  }
}
