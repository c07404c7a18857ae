package io.weft.node.cli;

import io.weft.node.api.view.MembershipView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft init}. */
@Command(
    name = "init",
    description = {
      "Make this host the first node of a new cluster: fills the data directory and ends.",
      "Then run 'weft agent'."
    },
    footer = {"", "Example:", "  weft init --config /etc/weft/weft.yaml"})
final class InitCommand implements Callable<Integer> {
  @Mixin private final ConfigOption config = new ConfigOption();
  @Mixin private final OutputOption output = new OutputOption();
  private final Bootstrap bootstrap;

  InitCommand(Bootstrap bootstrap) {
    this.bootstrap = bootstrap;
  }

  @Override
  public Integer call() throws Exception {
    MembershipView made = bootstrap.init(config.file(), config.overrides());
    output.print(made, () -> JoinCommand.text(made, "is the first node of"));
    return ExitCodes.DONE;
  }
}
