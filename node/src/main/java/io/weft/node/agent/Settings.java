package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.config.ConfigError;
import io.weft.overlay.config.ConfigLoader;
import io.weft.overlay.config.ConfigResult;
import io.weft.overlay.config.EffectiveConfig;
import io.weft.overlay.config.Origin;
import io.weft.overlay.config.WeftConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: the file, then the environment, then flags, each over the one before.
 */
public final class Settings {
  private static final String FALLBACK_NAME = "host";
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private Settings() {}

  /**
   * The configuration with each value's origin.
   *
   * @throws ApiException of kind USAGE that lists everything that is wrong, a line each
   */
  public static EffectiveConfig effective(@Nullable Path file, SortedMap<String, String> flags)
      throws IOException {
    String text = file == null ? null : text(file);
    String name = file == null ? "" : file.toString();
    return switch (ConfigLoader.load(name, text, System.getenv(), flags)) {
      case ConfigResult.Valid valid -> valid.config();
      case ConfigResult.Invalid invalid ->
          throw new ApiException(
              ErrorKind.USAGE,
              invalid.errors().stream()
                  .map(ConfigError::toString)
                  .collect(Collectors.joining("\n")));
    };
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      // Its own message tells of bytes, and of no file.
      throw new ApiException(ErrorKind.USAGE, file + " is not UTF-8 text");
    }
  }

  static WeftConfig load(@Nullable Path file, SortedMap<String, String> flags) throws IOException {
    return effective(file, flags).config();
  }

  /** The cluster that the configuration names, null where it is only the default. */
  static @Nullable String namedCluster(EffectiveConfig effective) {
    boolean named =
        effective.entries().stream()
            .anyMatch(e -> e.key().equals("cluster") && !(e.origin() instanceof Origin.Default));
    return named ? effective.config().cluster() : null;
  }

  /** The configured name, or the host's own. */
  static String nodeName(WeftConfig config) {
    if (!config.name().isEmpty()) {
      return config.name();
    }
    try {
      // Not by InetAddress, which asks the name servers, and waits for those it cannot reach.
      String own = Files.readString(HOST_NAME, StandardCharsets.UTF_8).strip();
      int dot = own.indexOf('.');
      String label = dot >= 0 ? own.substring(0, dot) : own;
      return label.isEmpty() ? FALLBACK_NAME : label;
    } catch (IOException e) {
      return FALLBACK_NAME;
    }
  }
}
