package io.weft.node.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft}: the root of the command line. */
@Command(
    name = "weft",
    description = "An encrypted container network across hosts, with no external store to run.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Of the launcher, in a checkout:",
      "  ./weft test        Build and run all tests.",
      "  ./weft install     Install what was built; ./weft uninstall removes it.",
      "",
      "Example:",
      "  weft demo"
    })
public final class WeftMain extends CommandGroup {
  /** Set to 1, it shows where an error comes from. */
  public static final String DEBUG_VARIABLE = "WEFT_DEBUG";

  /** Held here, because a logger that nobody holds forgets its level. */
  private static final Logger TLS_PROVIDER = Logger.getLogger("org.bouncycastle");

  /** Entry point of the process. */
  public static void main(String[] args) {
    if (!"1".equals(System.getenv(DEBUG_VARIABLE))) {
      // It writes a stack trace for each refused certificate; the refusal itself is told in a line.
      TLS_PROVIDER.setLevel(Level.OFF);
    }
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs one command line in this process.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine().setOut(out).setErr(err).execute(args);
  }

  /** The whole command line, with what is found of the agent and what other modules add. */
  static CommandLine commandLine() {
    return commandLine(
        ServiceLoader.load(AgentLauncher.class).findFirst(),
        ServiceLoader.load(Bootstrap.class).findFirst());
  }

  static CommandLine commandLine(Optional<AgentLauncher> launcher, Optional<Bootstrap> bootstrap) {
    CommandLine root = new CommandLine(new WeftMain());
    if (launcher.isPresent() && bootstrap.isPresent()) {
      root.addSubcommand(new AgentCommand(launcher.get()))
          .addSubcommand(new InitCommand(bootstrap.get()))
          .addSubcommand(new JoinCommand(bootstrap.get()))
          .addSubcommand(new LabCommand())
          .addSubcommand(new DemoCommand());
    }
    root.addSubcommand(new TokenCommand()).addSubcommand(new LeaveCommand());
    QueryCommands.all().forEach(root::addSubcommand);
    root.addSubcommand(new EventsCommand())
        .addSubcommand(new EventCommand())
        .addSubcommand(new QueryCommand())
        .addSubcommand(new NetworkCommand())
        .addSubcommand(new IpamCommand())
        .addSubcommand(new AttachCommand())
        .addSubcommand(new DetachCommand())
        .addSubcommand(new KeysCommand())
        .addSubcommand(new NodeCommand())
        .addSubcommand(new ConfigCommand())
        .addSubcommand(new VersionCommand());
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(root::addSubcommand);
    }
    addHelp(root);
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(ErrorLines::usage)
        .setExecutionExceptionHandler(ErrorLines::failure);
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .mixinStandardHelpOptions(true)
        .versionProvider(() -> new String[] {VersionCommand.view().line()});
    command.getSubcommands().values().forEach(WeftMain::addHelp);
  }
}
