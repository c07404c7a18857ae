package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one mapping. What is wrong is noted, and a value that may stand in for it is given
 * back, so that reading goes on and finds the rest.
 */
final class Fields {
  private final YamlNode.@Nullable Mapping mapping;
  private final int line;
  private final String path;
  private final Problems problems;

  /** Collects what is wrong. */
  static final class Problems {
    private final String file;
    private final List<ScenarioError> errors = new ArrayList<>();

    Problems(String file) {
      this.file = file;
    }

    void add(int line, String path, String message) {
      errors.add(new ScenarioError(file, line, path, message));
    }

    List<ScenarioError> errors() {
      return errors;
    }
  }

  private Fields(YamlNode.@Nullable Mapping mapping, int line, String path, Problems problems) {
    this.mapping = mapping;
    this.line = line;
    this.path = path;
    this.problems = problems;
  }

  /** Opens a mapping, and notes the keys in it that are unknown. Nothing is an empty mapping. */
  static Fields open(YamlNode node, String path, Problems problems, List<String> known) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      if (!(node instanceof YamlNode.Nothing)) {
        problems.add(node.line(), path, "must be keys with values: " + String.join(", ", known));
      }
      return new Fields(null, node.line(), path, problems);
    }
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                problems.add(
                    entry.line(),
                    at(path, key),
                    "is no known key here; allowed: " + String.join(", ", known));
              }
            });
    return new Fields(mapping, node.line(), path, problems);
  }

  /** Opens a mapping whose keys somebody else has looked through. */
  static Fields inside(YamlNode.Mapping mapping, String path, Problems problems) {
    return new Fields(mapping, mapping.line(), path, problems);
  }

  static String at(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The path of a key here. */
  String at(String key) {
    return at(path, key);
  }

  int line() {
    return line;
  }

  Problems problems() {
    return problems;
  }

  /** Notes what is wrong with the whole, or with a key. */
  void wrong(String key, String message) {
    int where = line;
    if (mapping != null) {
      YamlNode.Entry entry = mapping.entries().get(key);
      where = entry == null ? line : entry.line();
    }
    problems.add(where, key.isEmpty() ? path : at(key), message);
  }

  boolean has(String key) {
    return mapping != null && mapping.entries().containsKey(key);
  }

  /** The value of a key, when there is one. */
  Optional<YamlNode> get(String key) {
    return mapping == null
        ? Optional.empty()
        : Optional.ofNullable(mapping.entries().get(key)).map(YamlNode.Entry::value);
  }

  /** A single value; the fallback when the key is missing or wrong. */
  <T> T value(String key, Shape<T> shape, T fallback) {
    return get(key).flatMap(node -> scalar(node, at(key), shape)).orElse(fallback);
  }

  /** A single value that must be there; the stand-in when it is missing or wrong. */
  <T> T required(String key, Shape<T> shape, T standIn) {
    if (!has(key)) {
      problems.add(line, path, "'" + key + "' is missing: " + shape.allowed());
    }
    return value(key, shape, standIn);
  }

  /** A list of single values, or one of them; empty when the key is missing or wrong. */
  <T> List<T> values(String key, Shape<T> shape) {
    return get(key).map(node -> list(node, at(key), shape)).orElse(List.of());
  }

  private <T> List<T> list(YamlNode node, String where, Shape<T> shape) {
    List<T> values = new ArrayList<>();
    if (node instanceof YamlNode.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        scalar(sequence.items().get(i), where + "[" + i + "]", shape).ifPresent(values::add);
      }
    } else {
      problems.add(node.line(), where, "must be a list, each " + shape.allowed());
    }
    return values;
  }

  /** A list that must be there and not be empty. */
  <T> List<T> requiredValues(String key, Shape<T> shape) {
    List<T> values = values(key, shape);
    boolean empty =
        get(key).map(n -> n instanceof YamlNode.Sequence s && s.items().isEmpty()).orElse(true);
    if (empty) {
      wrong(key, "is missing or empty; it must be a list, each " + shape.allowed());
    }
    return values;
  }

  /** Lists within a list. */
  static <T> List<List<T>> groups(YamlNode node, String where, Problems problems, Shape<T> shape) {
    List<List<T>> groups = new ArrayList<>();
    Fields anywhere = new Fields(null, node.line(), where, problems);
    if (node instanceof YamlNode.Sequence outer && !outer.items().isEmpty()) {
      for (int i = 0; i < outer.items().size(); i++) {
        List<T> group = anywhere.list(outer.items().get(i), where + "[" + i + "]", shape);
        if (group.isEmpty()
            && outer.items().get(i) instanceof YamlNode.Sequence s
            && s.items().isEmpty()) {
          problems.add(s.line(), where + "[" + i + "]", "is empty; a group has at least one host");
        }
        groups.add(group);
      }
    } else {
      problems.add(node.line(), where, "must be groups of hosts, such as [[1, 2], [3, 4, 5]]");
    }
    return groups;
  }

  private <T> Optional<T> scalar(YamlNode node, String where, Shape<T> shape) {
    String text =
        switch (node) {
          case YamlNode.Scalar scalar -> scalar.text();
          case YamlNode.Nothing _ -> null;
          case YamlNode.Sequence _ -> null;
          case YamlNode.Mapping _ -> null;
        };
    if (text == null) {
      problems.add(node.line(), where, "must be " + shape.allowed());
      return Optional.empty();
    }
    Optional<T> value = shape.read().apply(text);
    if (value.isEmpty()) {
      problems.add(
          node.line(), where, "'" + text + "' is not allowed; it must be " + shape.allowed());
    }
    return value;
  }

  /** The keys and values of a mapping within, as written; nested keys are joined by points. */
  void flatten(String key, Map<String, String> into, Map<String, Integer> lines) {
    get(key).ifPresent(node -> flatten(node, "", at(key), into, lines));
  }

  private void flatten(
      YamlNode node,
      String prefix,
      String where,
      Map<String, String> into,
      Map<String, Integer> lines) {
    switch (node) {
      case YamlNode.Mapping inner ->
          inner
              .entries()
              .forEach(
                  (key, entry) -> {
                    lines.put(at(prefix, key), entry.line());
                    flatten(entry.value(), at(prefix, key), at(where, key), into, lines);
                  });
      case YamlNode.Scalar scalar when !prefix.isEmpty() -> into.put(prefix, scalar.text());
      case YamlNode.Nothing _ when prefix.isEmpty() -> {}
      case YamlNode.Scalar _, YamlNode.Nothing _, YamlNode.Sequence _ ->
          problems.add(
              node.line(), where, "must be keys with single values, as in an agent's file");
    }
  }
}
