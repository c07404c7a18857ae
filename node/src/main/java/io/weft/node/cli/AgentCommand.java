package io.weft.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft agent}. */
@Command(
    name = "agent",
    description = "Run the node on this host, in the foreground.",
    footer = {"", "Example:", "  weft agent --config /etc/weft/weft.yaml"})
final class AgentCommand implements Callable<Integer> {
  @Mixin private final ConfigOption config = new ConfigOption();
  private final AgentLauncher launcher;

  AgentCommand(AgentLauncher launcher) {
    this.launcher = launcher;
  }

  @Override
  public Integer call() throws Exception {
    return launcher.run(config.file(), config.overrides());
  }
}
