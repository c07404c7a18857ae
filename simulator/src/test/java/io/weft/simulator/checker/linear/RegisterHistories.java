package io.weft.simulator.checker.linear;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.history.Operation;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Histories of registers as text: {@code a> write 1} calls, {@code a< write} returns, {@code a!}
 * fails, {@code a?} is unknown; {@code write@y} is of key y, else the key is x; {@code cas 1:2}.
 */
final class RegisterHistories {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RegisterHistories() {}

  static List<Operation> of(String text) {
    AtomicLong clock = new AtomicLong();
    HistoryRecorder recorder = new HistoryRecorder(clock::incrementAndGet);
    for (String line : text.split(", ", -1)) {
      String[] words = line.trim().split(" ", -1);
      int mark = words[0].length() - 1;
      String process = words[0].substring(0, mark);
      String f = words[1].split("@", -1)[0];
      ArrayNode value = JSON.arrayNode();
      value.add(words[1].contains("@") ? words[1].split("@", -1)[1] : "x");
      value.add(words.length > 2 ? number(words[2]) : NullNode.getInstance());
      switch (words[0].charAt(mark)) {
        case '>' -> recorder.invoke(process, f, value);
        case '<' -> recorder.ok(process, f, value);
        case '!' -> recorder.fail(process, f, "refused");
        case '?' -> recorder.info(process, f, "no answer");
        default -> throw new IllegalArgumentException(line);
      }
    }
    return recorder.history();
  }

  private static JsonNode number(String word) {
    if (word.contains(":")) {
      ArrayNode both = JSON.arrayNode();
      for (String part : word.split(":", -1)) {
        both.add(number(part));
      }
      return both;
    }
    return word.equals("null") ? NullNode.getInstance() : JSON.numberNode(Integer.parseInt(word));
  }
}
