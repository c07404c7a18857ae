package io.weft.node.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does nothing by itself but name its subcommands. */
public abstract class CommandGroup implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public final void run() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command line");
    }
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
