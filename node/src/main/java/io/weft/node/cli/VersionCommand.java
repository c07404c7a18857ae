package io.weft.node.cli;

import io.weft.node.WeftVersion;
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
  record VersionView(String version, String java, String os) {
    /** As people see it. */
    String line() {
      return "weft " + version + " (Java " + java + ", " + os + ")";
    }
  }

  static VersionView view() {
    return new VersionView(
        WeftVersion.current(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  @Override
  public Integer call() {
    VersionView version = view();
    output.print(version, () -> version.line() + "\n");
    return ExitCodes.DONE;
  }
}
