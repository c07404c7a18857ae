package io.weft.node.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The configuration that a command runs with: a file, and single keys over it. */
final class ConfigOption {
  static final Path DEFAULT_FILE = Path.of("/etc/weft/weft.yaml");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration (default: /etc/weft/weft.yaml where it exists).")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key over the file's, for example gossip.probeInterval=2s.")
  private Map<String, String> overrides = new TreeMap<>();

  /** The file to read, null when only defaults count. */
  @Nullable Path file() {
    Path named = file;
    if (named == null) {
      return Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null;
    }
    return readable(named);
  }

  /** A named file, which must be there. */
  static Path readable(Path named) {
    if (Files.isDirectory(named)) {
      throw new ApiException(
          ErrorKind.USAGE,
          named + " is a directory: name the file in it, such as " + named.resolve("weft.yaml"));
    }
    if (!Files.isReadable(named)) {
      throw new ApiException(
          ErrorKind.USAGE,
          Files.exists(named)
              ? "the configuration " + named + " cannot be read: check its owner and mode"
              : "there is no configuration file " + named);
    }
    return named;
  }

  SortedMap<String, String> overrides() {
    return new TreeMap<>(overrides);
  }
}
