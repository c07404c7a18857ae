package io.weft.simulator.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.weft.overlay.config.YamlFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file's content with the lines that it stands on; nothing is judged but the shape. */
sealed interface YamlNode {
  /** Counted from 1. */
  int line();

  /** A single value, as it was written. */
  record Scalar(int line, String text) implements YamlNode {}

  /** No value. */
  record Nothing(int line) implements YamlNode {}

  /** A list. */
  record Sequence(int line, List<YamlNode> items) implements YamlNode {}

  /** Keys with values, in the file's order. */
  record Mapping(int line, Map<String, Entry> entries) implements YamlNode {}

  /**
   * A key's value.
   *
   * @param line the key's
   */
  record Entry(int line, YamlNode value) {}

  /** Reads a document; what is wrong is added to the errors, and then there may be no node. */
  static Optional<YamlNode> read(String file, String text, List<ScenarioError> errors) {
    return new Reader(file, errors).read(text);
  }

  /** Reads one document. */
  final class Reader {
    private static final int MAX_DEPTH = 12;

    private final String file;
    private final List<ScenarioError> errors;

    private Reader(String file, List<ScenarioError> errors) {
      this.file = file;
      this.errors = errors;
    }

    private Optional<YamlNode> read(String text) {
      try (YAMLParser parser = new YAMLFactory().createParser(text)) {
        if (parser.nextToken() == null) {
          error(1, "the file is empty; a scenario has at least 'hosts'");
          return Optional.empty();
        }
        YamlNode node = node(parser, 0);
        if (parser.nextToken() != null) {
          error(line(parser), "a second document; a scenario is one");
        }
        return Optional.of(node);
      } catch (JsonProcessingException e) {
        YamlFault fault = YamlFault.of(e, text);
        error(fault.line(), fault.words());
        return Optional.empty();
      } catch (IOException e) {
        throw new AssertionError("text in memory does not fail to be read", e);
      }
    }

    private static int line(YAMLParser parser) {
      return parser.currentTokenLocation().getLineNr();
    }

    private void error(int line, String message) {
      errors.add(new ScenarioError(file, line, "", message));
    }

    private YamlNode node(YAMLParser parser, int depth) throws IOException {
      int line = line(parser);
      if (depth > MAX_DEPTH) {
        error(line, "nested more than " + MAX_DEPTH + " deep");
        parser.skipChildren();
        return new Nothing(line);
      }
      if (parser.isCurrentAlias()) {
        error(line, "aliases are not taken; write the value out");
        return new Nothing(line);
      }
      JsonToken token = parser.currentToken();
      if (token == JsonToken.START_OBJECT) {
        return mapping(parser, line, depth);
      }
      if (token == JsonToken.START_ARRAY) {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(node(parser, depth + 1));
        }
        return new Sequence(line, items);
      }
      return token == JsonToken.VALUE_NULL ? new Nothing(line) : new Scalar(line, parser.getText());
    }

    private Mapping mapping(YAMLParser parser, int line, int depth) throws IOException {
      Map<String, Entry> entries = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        int keyLine = line(parser);
        parser.nextToken();
        Entry before = entries.putIfAbsent(key, new Entry(keyLine, node(parser, depth + 1)));
        if (before != null) {
          error(keyLine, "'" + key + "' is set already, on line " + before.line());
        }
      }
      return new Mapping(line, entries);
    }
  }
}
