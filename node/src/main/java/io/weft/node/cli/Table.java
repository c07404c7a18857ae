package io.weft.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rows under headers, each column as wide as its widest cell. */
public final class Table {
  private static final String GAP = "  ";

  /** What others chose, such as a member's labels, must not steer the reader's terminal. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

  private final List<String> headers;
  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table. */
  public Table(String... headers) {
    this.headers = List.of(headers);
  }

  /** The text without what would steer a terminal. */
  static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /** Adds a row; null is printed as "-". */
  public Table row(@Nullable Object... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + headers.size() + " columns");
    }
    List<String> texts = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      String text = cell == null ? "" : cell.toString();
      texts.add(text.isEmpty() ? "-" : printable(text));
    }
    rows.add(texts);
    return this;
  }

  /** The table as lines without trailing blanks, each ended by a line feed. */
  public String format() {
    int[] widths = new int[headers.size()];
    measure(headers, widths);
    rows.forEach(row -> measure(row, widths));
    StringBuilder out = new StringBuilder();
    line(headers, widths, out);
    rows.forEach(row -> line(row, widths, out));
    return out.toString();
  }

  private static void measure(List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
  }

  private static void line(List<String> cells, int[] widths, StringBuilder out) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : GAP).append(cells.get(i));
      line.repeat(' ', widths[i] - cells.get(i).length());
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}
