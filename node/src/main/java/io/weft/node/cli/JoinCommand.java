package io.weft.node.cli;

import io.weft.node.api.view.MembershipView;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft join}. */
@Command(
    name = "join",
    description = {
      "Make this host a node of a cluster that runs: fills the data directory and ends.",
      "Then run 'weft agent'."
    },
    footer = {"", "Example:", "  weft join 10.0.0.1:7940 --token TOKEN"})
final class JoinCommand implements Callable<Integer> {
  @Mixin private final ConfigOption config = new ConfigOption();
  @Mixin private final OutputOption output = new OutputOption();
  private final Bootstrap bootstrap;

  @Parameters(
      arity = "1..*",
      paramLabel = "ADDR",
      description = "Address of a node of the cluster; several are tried in turn.")
  private List<String> seeds = List.of();

  @Option(
      names = "--token",
      required = true,
      paramLabel = "T",
      description = "A join token that 'weft token create' made.")
  private String token = "";

  JoinCommand(Bootstrap bootstrap) {
    this.bootstrap = bootstrap;
  }

  @Override
  public Integer call() throws Exception {
    MembershipView made = bootstrap.join(config.file(), config.overrides(), seeds, token);
    output.print(made, () -> text(made, "is a node of"));
    return ExitCodes.DONE;
  }

  static String text(MembershipView made, String verb) {
    return "node "
        + QueryCommands.shortId(made.node())
        + " "
        + verb
        + " cluster "
        + made.cluster()
        + "; its data is in "
        + made.dataDir()
        + "; run 'weft agent' now\n";
  }
}
