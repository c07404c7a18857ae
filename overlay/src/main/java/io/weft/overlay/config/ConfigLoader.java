package io.weft.overlay.config;

import io.weft.overlay.config.ConfigResult.Invalid;
import io.weft.overlay.config.ConfigResult.Valid;
import io.weft.overlay.config.EffectiveConfig.Entry;
import io.weft.overlay.config.ValueType.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the configuration together: defaults, then the file, then {@code WEFT_...} variables, then
 * flags; and says all that is wrong with it at once. Pure: the caller reads the file and the
 * environment.
 */
public final class ConfigLoader {
  private final List<ConfigError> errors = new ArrayList<>();
  private final SortedMap<String, Setting> settings = new TreeMap<>();

  /** A value that was read, with its text and origin. */
  record Setting(Object value, String text, Origin origin) {}

  private ConfigLoader() {}

  /**
   * Reads a configuration.
   *
   * @param file its name, for messages
   * @param text its content, or null when there is no file
   * @param environment all variables; those that are none of Weft's are passed over
   * @param flags by key
   */
  public static ConfigResult load(
      String file,
      @Nullable String text,
      Map<String, String> environment,
      Map<String, String> flags) {
    ConfigLoader loader = new ConfigLoader();
    for (ConfigKey key : Schema.KEYS) {
      loader.set(key, key.defaultItems(), new Origin.Default());
    }
    if (text != null) {
      loader.file(file, text);
    }
    loader.environment(new TreeMap<>(environment));
    loader.flags(new TreeMap<>(flags));
    if (!loader.errors.isEmpty()) {
      return new Invalid(loader.errors);
    }
    loader.errors.addAll(Combinations.check(loader.settings));
    return loader.errors.isEmpty() ? new Valid(loader.effective()) : new Invalid(loader.errors);
  }

  /** The configuration when nobody sets anything. */
  public static WeftConfig defaults() {
    return switch (load("", null, Map.of(), Map.of())) {
      case Valid valid -> valid.config().config();
      case Invalid invalid -> throw new AssertionError("a default is wrong: " + invalid.errors());
    };
  }

  private void file(String file, String text) {
    SortedMap<String, Integer> lines = new TreeMap<>();
    List<YamlReader.Found> found = YamlReader.read(file, text, errors);
    for (YamlReader.Found entry : found) {
      Origin origin = new Origin.FileLine(file, entry.line());
      Integer before = lines.putIfAbsent(entry.path(), entry.line());
      Optional<ConfigKey> key = Schema.find(entry.path());
      if (before != null) {
        errors.add(
            new ConfigError(origin, entry.path(), "is set already, on line %d".formatted(before)));
      } else if (key.isEmpty()) {
        unknown(entry.path(), origin);
      } else {
        set(key.get(), entry.items(), origin);
      }
    }
    // What has the wrong shape was found while reading, before what has the wrong value.
    errors.sort(
        (a, b) ->
            a.origin() instanceof Origin.FileLine x && b.origin() instanceof Origin.FileLine y
                ? Integer.compare(x.line(), y.line())
                : 0);
  }

  private void environment(SortedMap<String, String> environment) {
    SortedMap<String, ConfigKey> byVariable = new TreeMap<>();
    Schema.KEYS.forEach(k -> byVariable.put(k.variable(), k));
    environment.forEach(
        (name, value) -> {
          ConfigKey key = byVariable.get(name);
          if (key != null) {
            set(key, key.itemsOf(value), new Origin.Variable(name));
          } else if (inSection(name)) {
            errors.add(
                new ConfigError(
                    new Origin.Variable(name),
                    "",
                    "sets no known key" + Nearest.hint(name, byVariable.keySet())));
          }
        });
  }

  /** Variables such as WEFT_REQUIRE are for other programs; those of a section are ours. */
  private static boolean inSection(String variable) {
    return Schema.sections().stream()
        .anyMatch(s -> variable.startsWith("WEFT_" + s.toUpperCase(Locale.ROOT) + "_"));
  }

  private void flags(SortedMap<String, String> flags) {
    flags.forEach(
        (path, value) -> {
          Origin origin = new Origin.CommandLineFlag(path);
          Schema.find(path)
              .ifPresentOrElse(
                  key -> set(key, key.itemsOf(value), origin), () -> unknown(path, origin));
        });
  }

  private void unknown(String path, Origin origin) {
    errors.add(
        new ConfigError(
            origin,
            path,
            Schema.sections().contains(path)
                ? "is a section: its keys stand below it, indented"
                : "is no known key" + Nearest.hint(path, Schema.paths())));
  }

  private void set(ConfigKey key, List<String> items, Origin origin) {
    switch (key.type().read(items)) {
      case Read.Good(Object value) ->
          settings.put(key.path(), new Setting(value, String.join(",", items), origin));
      case Read.Bad(String why) ->
          errors.add(
              new ConfigError(origin, key.path(), why + "; it must be " + key.type().allowed()));
    }
  }

  private EffectiveConfig effective() {
    List<Entry> entries = new ArrayList<>();
    for (String path : Schema.paths()) {
      Setting setting = settings.get(path);
      if (setting == null) {
        throw new AssertionError("every key has a default: " + path);
      }
      entries.add(new Entry(path, setting.text(), setting.origin()));
    }
    return new EffectiveConfig(new ConfigBuilder(settings).build(), entries);
  }
}
