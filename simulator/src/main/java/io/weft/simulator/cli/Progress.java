package io.weft.simulator.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * A line on the terminal that says how far long work is, how fast it goes and how long it lasts.
 */
final class Progress {
  private static final long EVERY_NANOS = 500_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int WIDTH = 78;

  private final PrintWriter out;
  private final boolean shown;
  private final String unit;
  private final long begunNanos = System.nanoTime();
  private long lastNanos = begunNanos - EVERY_NANOS;

  Progress(PrintWriter out, String unit) {
    this.shown = onTerminal();
    this.out = out;
    this.unit = unit;
  }

  // Some JDKs give a console in any case, others only where there is a terminal.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /**
   * Shows where the work is, now and then.
   *
   * @param of how much there is, or 0 when nobody knows
   * @param mostNanos after which time it ends at the latest; Long.MAX_VALUE for never
   */
  synchronized void at(long done, long of, long mostNanos, String more) {
    long now = System.nanoTime();
    if (!shown || now - lastNanos < EVERY_NANOS) {
      return;
    }
    lastNanos = now;
    double seconds = Math.max(1e-3, (now - begunNanos) / NANOS_PER_SECOND);
    double rate = done / seconds;
    double left = of > 0 && rate > 0 ? (of - done) / rate : Double.MAX_VALUE;
    if (mostNanos != Long.MAX_VALUE) {
      left = Math.min(left, (mostNanos - (now - begunNanos)) / NANOS_PER_SECOND);
    }
    String line =
        String.format(
            Locale.ROOT,
            "%d%s %s, %.1f a second%s%s",
            done,
            of > 0 ? " of " + of : "",
            unit,
            rate,
            left == Double.MAX_VALUE ? "" : ", " + time(left) + " left",
            more.isEmpty() ? "" : ", " + more);
    out.print("\r" + padded(line));
    out.flush();
  }

  /** Takes the line away. */
  synchronized void clear() {
    if (shown) {
      out.print("\r" + " ".repeat(WIDTH) + "\r");
      out.flush();
      lastNanos = System.nanoTime() - EVERY_NANOS;
    }
  }

  private static String time(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }

  private static String padded(String line) {
    return line.length() >= WIDTH
        ? line.substring(0, WIDTH)
        : line + " ".repeat(WIDTH - line.length());
  }
}
