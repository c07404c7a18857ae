package io.weft.overlay.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;

/**
 * How often joins from one source were refused lately. Each refusal may have cost an entry in the
 * registry, so a source that is refused again and again is not asked any more for a while; others
 * are not touched by it.
 */
final class RefusedJoins {
  /** Refusals of one source within the window, after which all further ones go unread. */
  static final int MAX_OF_ONE_SOURCE = 8;

  /** The window. */
  static final long WINDOW_MILLIS = 60_000;

  /** Sources that are remembered; the one that was refused longest ago is forgotten first. */
  static final int MAX_SOURCES = 1024;

  /** The longest text of a source that is kept, in characters. */
  private static final int MAX_SOURCE_CHARS = 64;

  private final HostContext context;
  private final LinkedHashMap<String, Deque<Long>> bySource = new LinkedHashMap<>();

  RefusedJoins(HostContext context) {
    this.context = context;
  }

  void add(String from) {
    String source = key(from);
    Deque<Long> times = bySource.remove(source);
    if (times == null) {
      times = new ArrayDeque<>();
    }
    times.addLast(context.now());
    if (times.size() > MAX_OF_ONE_SOURCE) {
      times.removeFirst();
    }
    bySource.put(source, times);
    if (bySource.size() > MAX_SOURCES) {
      bySource.remove(bySource.firstEntry().getKey());
    }
  }

  boolean tooMany(String from) {
    Deque<Long> times = bySource.get(key(from));
    long since = context.now() - WINDOW_MILLIS * HostContext.NANOS_PER_MILLI;
    while (times != null && !times.isEmpty() && times.getFirst() <= since) {
      times.removeFirst();
    }
    return times != null && times.size() >= MAX_OF_ONE_SOURCE;
  }

  private static String key(String from) {
    return from.substring(0, Math.min(from.length(), MAX_SOURCE_CHARS));
  }
}
