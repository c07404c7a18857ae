package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.MembersView;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft members}. */
@Command(
    name = "members",
    description = {
      "Show the cluster's members and their state.",
      "With --watch, show them again, with why, when one joins, is suspected, refutes that, fails,",
      "comes back, leaves, or has another address or labels; much at once is shown at once.",
      "Then -o json is one object a line, and -o yaml one document each."
    },
    footer = {"", "Example:", "  weft members --watch"})
final class MembersCommand implements Callable<Integer> {
  private static final String OF_MEMBERS = "member-";

  /** Behind the last event. */
  private static final EventView END = new EventView(-1, "", "", "", "");

  /** So many events may wait for a slow terminal; then the stream waits. */
  private static final int MAX_WAITING = 4_096;

  @Mixin private final SocketOption socket = new SocketOption();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = {"-w", "--watch"},
      description = "Go on, and show them again when a member's state changes.")
  private boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    ApiClient client = socket.client();
    if (watch) {
      watch(client);
    } else {
      MembersView members = client.members();
      output.print(members, () -> table(members));
    }
    return ExitCodes.DONE;
  }

  private void watch(ApiClient client) throws InterruptedException {
    // What happens from here on is told by the stream; what happened before is in the first answer.
    List<EventView> before = client.events(0).events();
    long next = before.isEmpty() ? 0 : before.getLast().index() + 1;
    print(client.members(), "");
    BlockingQueue<EventView> events = new LinkedBlockingQueue<>(MAX_WAITING);
    AtomicReference<@Nullable RuntimeException> ended = new AtomicReference<>();
    Thread.ofVirtual().start(() -> follow(client, next, events, ended));
    boolean on = true;
    while (on && !output.out().checkError()) {
      List<EventView> come = new ArrayList<>(List.of(events.take()));
      events.drainTo(come);
      on = !come.remove(END);
      String changes =
          come.stream()
              .filter(event -> event.type().startsWith(OF_MEMBERS))
              .map(event -> EventsCommand.line(event) + "\n")
              .collect(Collectors.joining());
      if (!changes.isEmpty()) {
        print(client.members(), changes);
      }
    }
    RuntimeException why = ended.get();
    if (why != null) {
      throw why;
    }
  }

  private static void follow(
      ApiClient client,
      long from,
      BlockingQueue<EventView> events,
      AtomicReference<@Nullable RuntimeException> ended) {
    try {
      client.follow(from, event -> put(events, event));
    } catch (RuntimeException e) {
      ended.set(e);
    }
    put(events, END);
  }

  private static boolean put(BlockingQueue<EventView> events, EventView event) {
    try {
      events.put(event);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
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
