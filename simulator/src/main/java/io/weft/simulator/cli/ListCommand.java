package io.weft.simulator.cli;

import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.simulator.scenario.Scenarios;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft sim list}. */
@Command(
    name = "list",
    description = "List the scenarios that come with Weft.",
    footer = {"", "Example:", "  weft sim list -o json"})
final class ListCommand implements Callable<Integer> {
  @Mixin private final OutputOption output = new OutputOption();

  /** What it prints. */
  record ScenariosView(List<Scenarios.Named> scenarios) {}

  @Override
  public Integer call() {
    List<Scenarios.Named> all = Scenarios.library();
    output.print(
        new ScenariosView(all),
        () -> {
          Table table = new Table("NAME", "WHAT IT IS ABOUT");
          all.forEach(s -> table.row(s.name(), s.description()));
          return table.format();
        });
    return Exit.HOLDS;
  }
}
