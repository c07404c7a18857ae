package io.weft.overlay.config;

/** Writes the documentation of all keys from the schema. */
public final class ConfigDocs {
  private static final String HEAD =
      """
      # Configuration

      One YAML file, `/etc/weft/weft.yaml` where no other is named. Every key has a default. A `WEFT_...`
      variable overrides the file, and `--set KEY=VALUE` overrides both. Keys with a dot stand in a section:

          cluster: weft
          seeds: [10.0.0.1, 10.0.0.2]
          gossip:
            probeInterval: 2s

      Durations are written as `500ms`, `10s`, `5m`, `2h` or `1d`, sizes as `1200B`. In variables and flags,
      lists are separated by commas (`WEFT_SEEDS=10.0.0.1,10.0.0.2`), and labels are `key=value` pairs
      separated by commas. An unknown key, a bad value or values that do not go together are refused at
      start, all of them at once, each with its file and line. A variable that is no key and stands for none in a
      section, such as `WEFT_REQUIRE`, is passed over: it may be another program's.

      This page is generated from the schema.

      | key | default | unit | allowed | variable | what it is |
      |---|---|---|---|---|---|
      """;

  private ConfigDocs() {}

  /** The page in Markdown. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(HEAD);
    for (ConfigKey key : Schema.KEYS) {
      String byDefault = String.join(",", key.defaultItems());
      page.append(
          "| `%s` | %s | %s | %s | `%s` | %s |\n"
              .formatted(
                  key.path(),
                  byDefault.isEmpty() ? "empty" : "`" + byDefault + "`",
                  key.type().unit(),
                  key.type().allowed(),
                  key.variable(),
                  key.description()));
    }
    return page.toString();
  }
}
