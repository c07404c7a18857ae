package io.weft.overlay.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a file's keys with the lines they stand on; nothing is judged but the shape. */
final class YamlReader {
  /** Sections within sections; the schema has one level. */
  private static final int MAX_DEPTH = 8;

  /** A key of the file with its items, or an unknown one with none. */
  record Found(String path, int line, List<String> items) {}

  private final String file;
  private final List<Found> found = new ArrayList<>();
  private final List<ConfigError> errors;

  private YamlReader(String file, List<ConfigError> errors) {
    this.file = file;
    this.errors = errors;
  }

  static List<Found> read(String file, String text, List<ConfigError> errors) {
    YamlReader reader = new YamlReader(file, errors);
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      reader.document(parser);
    } catch (JsonProcessingException e) {
      YamlFault fault = YamlFault.of(e, text);
      reader.error(fault.line(), "", fault.words());
    } catch (IOException e) {
      throw new AssertionError("text in memory does not fail to be read", e);
    }
    return reader.found;
  }

  private void error(int line, String key, String message) {
    errors.add(new ConfigError(new Origin.FileLine(file, line), key, message));
  }

  private static int line(YAMLParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private void document(YAMLParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      error(line(parser), "", "a configuration is lines of 'key: value'");
      return;
    }
    section(parser, "", 0);
    if (parser.nextToken() != null) {
      error(line(parser), "", "a second document; a configuration is one");
    }
  }

  /** Behind the section's start; ends at its end. */
  private void section(YAMLParser parser, String prefix, int depth) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String path = prefix + parser.currentName();
      int line = line(parser);
      Optional<ConfigKey> key = Schema.find(path);
      JsonToken value = parser.nextToken();
      if (key.isPresent()) {
        value(parser, key.get(), line, value);
      } else if (value == JsonToken.START_OBJECT
          && Schema.sections().contains(path)
          && depth < MAX_DEPTH) {
        section(parser, path + ".", depth + 1);
      } else {
        boolean emptySection = value == JsonToken.VALUE_NULL && Schema.sections().contains(path);
        if (!emptySection) {
          found.add(new Found(path, line, List.of()));
        }
        parser.skipChildren();
      }
    }
  }

  private void value(YAMLParser parser, ConfigKey key, int line, @Nullable JsonToken value)
      throws IOException {
    List<String> items = new ArrayList<>();
    boolean good = true;
    if (value == JsonToken.START_ARRAY) {
      good = key.type() instanceof ValueType.Texts && elements(parser, items);
    } else if (value == JsonToken.START_OBJECT) {
      good = key.type() instanceof ValueType.Pairs && pairs(parser, items);
    } else if (value == JsonToken.VALUE_NULL) {
      error(line, key.path(), "has no value; it must be " + key.type().allowed());
      return;
    } else if (parser.isCurrentAlias()) {
      error(line, key.path(), "aliases are not taken; write the value out");
      return;
    } else {
      items.addAll(key.itemsOf(parser.getText()));
    }
    if (good) {
      found.add(new Found(key.path(), line, items));
    } else {
      parser.skipChildren();
      error(line, key.path(), "must be " + key.type().allowed());
    }
  }

  /** Whether all are single values; behind the end in any case. */
  private static boolean elements(YAMLParser parser, List<String> items) throws IOException {
    boolean good = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      good &= parser.currentToken().isScalarValue();
      items.add(parser.currentToken().isScalarValue() ? parser.getText() : "");
      parser.skipChildren();
    }
    return good;
  }

  private static boolean pairs(YAMLParser parser, List<String> items) throws IOException {
    boolean good = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      good &= value.isScalarValue();
      items.add(name + "=" + (value.isScalarValue() ? parser.getText() : ""));
      parser.skipChildren();
    }
    return good;
  }
}
