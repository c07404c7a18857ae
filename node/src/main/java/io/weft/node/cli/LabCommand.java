package io.weft.node.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.lab.AgentProgram;
import io.weft.node.lab.Lab;
import io.weft.node.lab.LabView;
import io.weft.node.lab.Partition;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft lab ...}. */
@Command(
    name = "lab",
    description = {
      "A cluster of real agents on this machine, a network namespace per host, to experiment on.",
      "Hosts are 1..N."
    },
    subcommands = {
      LabCommand.Up.class,
      LabCommand.Exec.class,
      LabCommand.Cut.class,
      LabCommand.Heal.class,
      LabCommand.Loss.class,
      LabCommand.Kill.class,
      LabCommand.Stop.class,
      LabCommand.Cont.class,
      LabCommand.Start.class,
      LabCommand.Status.class,
      LabCommand.Down.class
    },
    footer = {"", "Example:", "  weft lab up --hosts 5"})
final class LabCommand extends CommandGroup {
  private static final int COMMAND_NOT_FOUND = 127;

  /** Which lab. */
  static final class LabName {
    @Option(
        names = "--name",
        paramLabel = "L",
        defaultValue = "default",
        description = "Which lab, when there are several (default: ${DEFAULT-VALUE}).")
    private String name = "default";

    Lab lab() {
      return new Lab(name, AgentProgram.ofThisProcess(WeftMain.class.getName()));
    }

    String name() {
      return name;
    }
  }

  /** Commands that change a lab and then show it. */
  abstract static class Change implements Callable<Integer> {
    @Mixin private final LabName name = new LabName();
    @Mixin private final OutputOption output = new OutputOption();

    abstract LabView change(Lab lab) throws IOException;

    @Override
    public final Integer call() throws IOException {
      LabView view = change(name.lab());
      output.print(view, () -> text(view));
      return ExitCodes.DONE;
    }
  }

  /** Commands that change one host. */
  abstract static class HostChange extends Change {
    @Parameters(paramLabel = "HOST", description = "Its number.")
    private String host = "";

    abstract LabView change(Lab lab, int number) throws IOException;

    @Override
    final LabView change(Lab lab) throws IOException {
      return change(lab, Partition.hostNumber(host, lab.hosts()));
    }
  }

  static String text(LabView view) {
    Table table = new Table("HOST", "STATE", "PID", "ADDRESS", "NETNS", "SOCKET");
    for (LabView.Host h : view.hosts()) {
      table.row(h.host(), h.state(), h.pid(), h.address(), h.netns(), h.socket());
    }
    StringBuilder text = new StringBuilder(table.format());
    if (!view.cuts().isEmpty()) {
      text.append("cut:");
      view.cuts().forEach(cut -> text.append(' ').append(cut.from()).append("->").append(cut.to()));
      text.append('\n');
    }
    view.lossPercent()
        .forEach(
            (host, percent) ->
                text.append("loss: host ").append(host).append(' ').append(percent).append("%\n"));
    return text.toString();
  }

  @Command(
      name = "up",
      description = "Build a lab, join all hosts to one cluster, wait until all see all.",
      footer = {"", "Example:", "  weft lab up --hosts 5 --driver user"})
  static final class Up implements Callable<Integer> {
    @Mixin private final LabName name = new LabName();
    @Mixin private final LabShapeOptions shape = new LabShapeOptions();
    @Mixin private final OutputOption output = new OutputOption();

    @Option(names = "--keep-failed", description = "Leave what was built when it does not come up.")
    private boolean keepFailed;

    @Override
    public Integer call() throws IOException {
      long startNanos = System.nanoTime();
      LabView view =
          name.lab()
              .up(
                  shape.options(name.name()),
                  (step, detail) -> tell(startNanos, detail),
                  keepFailed);
      output.print(view, () -> text(view));
      return ExitCodes.DONE;
    }

    private void tell(long startNanos, String detail) {
      if (output.format() == OutputFormat.table) {
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) / 1000.0;
        PrintWriter out = output.out();
        out.printf(Locale.ROOT, "%7.2f s  %s%n", seconds, detail);
        out.flush();
      }
    }
  }

  @Command(
      name = "exec",
      description = {
        "Run a command on a host, in its network namespace, with WEFT_SOCKET set to its agent's.",
        "Ends with the command's own exit code."
      },
      footer = {"", "Example:", "  weft lab exec 2 -- weft members"})
  static final class Exec implements Callable<Integer> {
    @Mixin private final LabName name = new LabName();

    @Parameters(index = "0", paramLabel = "HOST", description = "Its number.")
    private String host = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CMD", description = "What to run.")
    private List<String> command = List.of();

    @Override
    public Integer call() {
      Lab lab = name.lab();
      int number = Partition.hostNumber(host, lab.hosts());
      try {
        lab.become(number, command);
        throw new IllegalStateException("a process that became another goes on");
      } catch (IOException e) {
        System.err.println(
            "weft: cannot run " + command.getFirst() + ": is it there and executable?");
        return COMMAND_NOT_FOUND;
      }
    }
  }

  @Command(
      name = "partition",
      description = {
        "Cut groups of hosts from each other, in the place of any former partition.",
        "Groups may overlap; a host in no group is cut off."
      },
      footer = {"", "Example:", "  weft lab partition 1,2/3,4"})
  static final class Cut extends Change {
    @Parameters(paramLabel = "GROUPS", description = "Hosts by comma, groups by slash.")
    private String groups = "";

    @Option(
        names = "--one-way",
        description = "Lose only what the first group sends to the others.")
    private boolean oneWay;

    @Override
    LabView change(Lab lab) throws IOException {
      return lab.partition(Partition.parse(groups, oneWay, lab.hosts()));
    }
  }

  @Command(
      name = "heal",
      description = "End partition and loss.",
      footer = {"", "Example:", "  weft lab heal"})
  static final class Heal extends Change {
    @Override
    LabView change(Lab lab) throws IOException {
      return lab.heal();
    }
  }

  @Command(
      name = "loss",
      description = "Lose a share of what a host sends and of what it is sent; 0%% ends it.",
      footer = {"", "Example:", "  weft lab loss 3 20%%"})
  static final class Loss extends HostChange {
    @Parameters(index = "1", paramLabel = "PERCENT", description = "0%% to 100%%.")
    private String percent = "";

    @Override
    LabView change(Lab lab, int number) throws IOException {
      String digits = percent.endsWith("%") ? percent.substring(0, percent.length() - 1) : percent;
      try {
        return lab.loss(number, Double.parseDouble(digits));
      } catch (NumberFormatException e) {
        throw new ApiException(
            ErrorKind.USAGE, "'" + percent + "' is no share: write for example 20%", e);
      }
    }
  }

  @Command(
      name = "kill",
      description = "End a host's agent at once (SIGKILL); nothing is done where it is dead.",
      footer = {"", "Example:", "  weft lab kill 2"})
  static final class Kill extends HostChange {
    @Override
    LabView change(Lab lab, int number) throws IOException {
      return lab.kill(number);
    }
  }

  @Command(
      name = "stop",
      description = "Freeze a host's agent (SIGSTOP); nothing is done where it is frozen.",
      footer = {"", "Example:", "  weft lab stop 2"})
  static final class Stop extends HostChange {
    @Override
    LabView change(Lab lab, int number) throws IOException {
      return lab.stop(number);
    }
  }

  @Command(
      name = "cont",
      description = "Let a frozen agent go on (SIGCONT); nothing is done where it runs.",
      footer = {"", "Example:", "  weft lab cont 2"})
  static final class Cont extends HostChange {
    @Override
    LabView change(Lab lab, int number) throws IOException {
      return lab.cont(number);
    }
  }

  @Command(
      name = "start",
      description =
          "Start a host's agent again after it was killed; nothing is done where it runs.",
      footer = {"", "Example:", "  weft lab start 2"})
  static final class Start extends HostChange {
    @Override
    LabView change(Lab lab, int number) throws IOException {
      return lab.start(number);
    }
  }

  @Command(
      name = "status",
      description = "Show the hosts, their agents and namespaces.",
      footer = {"", "Example:", "  weft lab status -o json"})
  static final class Status extends Change {
    @Override
    LabView change(Lab lab) {
      return lab.status();
    }
  }

  @Command(
      name = "down",
      description = "Remove the lab with all that belongs to it; does nothing when there is none.",
      footer = {"", "Example:", "  weft lab down"})
  static final class Down implements Callable<Integer> {
    @Mixin private final LabName name = new LabName();
    @Mixin private final OutputOption output = new OutputOption();

    /** What was done. */
    record Removed(String name, boolean removed) {}

    @Override
    public Integer call() throws IOException {
      Removed removed = new Removed(name.name(), name.lab().down());
      output.print(
          removed,
          () -> "lab " + removed.name() + (removed.removed() ? " is removed\n" : " was not up\n"));
      return ExitCodes.DONE;
    }
  }
}
