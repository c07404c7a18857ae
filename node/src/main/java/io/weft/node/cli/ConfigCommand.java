package io.weft.node.cli;

import io.weft.node.agent.Settings;
import io.weft.overlay.config.EffectiveConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weft config}: what the configuration says, and whether it may. */
@Command(
    name = "config",
    description = "Check a configuration, or show what counts and where it came from.",
    subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class},
    footer = {"", "Example:", "  weft config check /etc/weft/weft.yaml"})
final class ConfigCommand extends CommandGroup {

  /** What {@code config show} prints for each key. */
  record KeyView(String key, String value, String origin) {}

  /** What {@code config show} prints. */
  record ConfigView(List<KeyView> keys) {}

  /** What {@code config check} prints. */
  record CheckView(boolean ok, String file) {}

  /** {@code weft config check}. */
  @Command(
      name = "check",
      description = "Read a configuration and list everything that is wrong with it.",
      footer = {"", "Example:", "  weft config check weft.yaml"})
  static final class Check implements Callable<Integer> {
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
      Settings.effective(ConfigOption.readable(file), new TreeMap<>());
      output.print(new CheckView(true, file.toString()), () -> file + ": all is well\n");
      return ExitCodes.DONE;
    }
  }

  /** {@code weft config show}. */
  @Command(
      name = "show",
      description = "Show every key with the value that counts and where it came from.",
      footer = {"", "Example:", "  weft config show --set gossip.port=7950"})
  static final class Show implements Callable<Integer> {
    @Mixin private final OutputOption output = new OutputOption();
    @Mixin private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws IOException {
      EffectiveConfig effective = Settings.effective(config.file(), config.overrides());
      List<KeyView> keys =
          effective.entries().stream()
              .map(e -> new KeyView(e.key(), e.value(), e.origin().toString()))
              .toList();
      output.print(
          new ConfigView(keys),
          () -> {
            Table table = new Table("KEY", "VALUE", "FROM");
            keys.forEach(k -> table.row(k.key(), k.value(), k.origin()));
            return table.format();
          });
      return ExitCodes.DONE;
    }
  }
}
