package io.weft.overlay.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Why a text is no YAML.
 *
 * @param line where, counted from 1
 * @param words in one line
 */
public record YamlFault(int line, String words) {
  /** What a parser's complaint about this text comes to. */
  public static YamlFault of(JsonProcessingException complaint, String text) {
    String message = Optional.ofNullable(complaint.getOriginalMessage()).orElse("cannot be read");
    // The message has lines of its own, some of which show the place.
    String words =
        message
            .lines()
            .filter(l -> !l.startsWith(" "))
            .map(String::strip)
            .collect(Collectors.joining(", "));
    return new YamlFault(line(complaint, text), "no YAML: " + words);
  }

  /** Jackson itself tells where the last good piece ended, which may be many lines before. */
  private static int line(JsonProcessingException complaint, String text) {
    JsonLocation lastGood = complaint.getLocation();
    return switch (complaint.getCause()) {
      case MarkedYAMLException marked when marked.getProblemMark() != null ->
          marked.getProblemMark().getLine() + 1;
      case ReaderException character -> lineOf(character.getCodePoint(), text);
      case null, default -> lastGood == null ? 1 : lastGood.getLineNr();
    };
  }

  /**
   * The first such character is the one that was met; the parser's place counts from its buffer.
   */
  private static int lineOf(int character, String text) {
    int at = Math.max(0, text.indexOf(character));
    return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }
}
