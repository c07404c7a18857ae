package io.weft.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.weft.node.api.Json;
import java.io.PrintWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flag {@code -o} and the printing that it governs. */
public final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "How to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat format = OutputFormat.table;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** The format asked for. */
  public OutputFormat format() {
    return format;
  }

  /** Where the command prints. */
  public PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command");
    }
    return spec.commandLine().getOut();
  }

  /** Where it tells what is no answer. */
  public PrintWriter err() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command");
    }
    return spec.commandLine().getErr();
  }

  /**
   * Prints an answer.
   *
   * @param text how people see it, with its line ends
   */
  public void print(Object answer, Supplier<String> text) {
    PrintWriter out = out();
    switch (format) {
      case table -> out.print(text.get());
      case json -> out.println(Json.line(answer));
      case yaml -> out.print(yaml(answer));
    }
    out.flush();
  }

  /** An object as YAML, with its line ends. */
  static String yaml(Object answer) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();
    try {
      return new ObjectMapper(factory).writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not writable as YAML", e);
    }
  }
}
