package io.weft.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft version}. */
@Command(
    name = "version",
    description = "Show the version.",
    footer = {"", "Example:", "  weft version -o json"})
final class VersionCommand implements Callable<Integer> {
  @Mixin private final OutputOption output = new OutputOption();

  /** What the command prints. */
  record VersionView(String version, String java, String os) {}

  @Override
  public Integer call() {
    VersionView version =
        new VersionView(
            io.weft.node.WeftVersion.current(),
            Runtime.version().toString(),
            System.getProperty("os.name") + " " + System.getProperty("os.version"));
    output.print(
        version,
        () ->
            "weft " + version.version() + " (Java " + version.java() + ", " + version.os() + ")\n");
    return ExitCodes.DONE;
  }
}
