package io.weft.simulator.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Histories as JSON lines: {@code index, time, process, type, f, value, error}, in this order.
 * {@code time} is in nanoseconds since the run began. {@code value} and {@code error} are always
 * written, as null when there is none, so that every line has the same keys.
 */
public final class HistoryCodec {
  /** A history longer than this is refused: no run of ours comes near it. */
  public static final int MAX_OPERATIONS = 10_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HistoryCodec() {}

  /** One operation as one line, without the line's end. */
  public static String format(Operation operation) {
    ObjectNode node = JSON.createObjectNode();
    node.put("index", operation.index());
    node.put("time", operation.timeNanos());
    node.put("process", operation.process());
    node.put("type", operation.type().word());
    node.put("f", operation.f());
    node.set("value", operation.value());
    node.put("error", operation.error());
    return node.toString();
  }

  /**
   * Reads one line.
   *
   * @param lineNumber the line's number from 1, for the error
   * @throws MalformedHistoryException when the line is no operation
   */
  public static Operation parse(String line, int lineNumber) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw bad(lineNumber, "is no JSON object: " + e.getOriginalMessage());
    }
    if (!node.isObject()) {
      throw bad(lineNumber, "is no JSON object");
    }
    String word = text(node, "type", lineNumber);
    OperationType type =
        OperationType.ofWord(word)
            .orElseThrow(
                () -> bad(lineNumber, "type is '" + word + "', not one of invoke, ok, fail, info"));
    JsonNode value = node.get("value");
    JsonNode error = node.get("error");
    return new Operation(
        number(node, "index", lineNumber),
        number(node, "time", lineNumber),
        text(node, "process", lineNumber),
        type,
        text(node, "f", lineNumber),
        value == null || value.isNull() ? null : value,
        error == null || error.isNull() ? null : error.asText());
  }

  /** Writes a whole history to a file, which is made or replaced. */
  public static void write(Path file, List<Operation> history) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      for (Operation operation : history) {
        writer.write(format(operation));
        writer.write('\n');
      }
    }
  }

  /**
   * Reads a whole history and checks that it is well formed.
   *
   * @throws MalformedHistoryException naming the first line that is wrong
   */
  public static List<Operation> read(Path file) throws IOException {
    List<Operation> history = new ArrayList<>();
    HistoryRules rules = new HistoryRules();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
        int lineNumber = history.size() + 1;
        if (lineNumber > MAX_OPERATIONS) {
          throw bad(lineNumber, "is beyond the limit of " + MAX_OPERATIONS + " operations");
        }
        Operation operation = parse(line, lineNumber);
        @Nullable String broken = rules.broken(operation);
        if (broken != null) {
          throw bad(lineNumber, broken);
        }
        history.add(operation);
      }
    }
    return List.copyOf(history);
  }

  private static String text(JsonNode node, String key, int lineNumber) {
    JsonNode value = node.get(key);
    if (value == null || !value.isTextual() || value.asText().isEmpty()) {
      throw bad(lineNumber, "has no text under '" + key + "'");
    }
    return value.asText();
  }

  private static long number(JsonNode node, String key, int lineNumber) {
    JsonNode value = node.get(key);
    if (value == null || !value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw bad(lineNumber, "has no whole number under '" + key + "'");
    }
    return value.asLong();
  }

  private static MalformedHistoryException bad(int lineNumber, String what) {
    return new MalformedHistoryException("history line " + lineNumber + " " + what);
  }
}
