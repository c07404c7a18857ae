package io.weft.simulator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.weft.simulator.fleet.RunObserver;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes what is seen of a run, one JSON object a line; {@code time} in virtual nanoseconds. */
final class TraceFile implements RunObserver, AutoCloseable {
  private final JsonGenerator out;
  private long index;

  TraceFile(Path file) throws IOException {
    out = new JsonFactory().createGenerator(new BufferedOutputStream(Files.newOutputStream(file)));
    out.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  private interface Fields {
    void write() throws IOException;
  }

  private void line(long atNanos, String type, Fields fields) {
    try {
      out.writeStartObject();
      out.writeNumberField("index", index++);
      out.writeNumberField("time", atNanos);
      out.writeStringField("type", type);
      fields.write();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("the trace cannot be written", e);
    }
  }

  @Override
  public void event(long atNanos, String kind, int host, String detail) {
    line(
        atNanos,
        "event",
        () -> {
          out.writeStringField("kind", kind);
          out.writeNumberField("host", host);
          out.writeStringField("detail", detail);
        });
  }

  @Override
  public void view(long atNanos, int host, Map<Integer, String> statesOfOthers) {
    line(
        atNanos,
        "view",
        () -> {
          out.writeNumberField("host", host);
          out.writeObjectFieldStart("members");
          for (Map.Entry<Integer, String> entry : new TreeMap<>(statesOfOthers).entrySet()) {
            out.writeStringField(String.valueOf(entry.getKey()), entry.getValue());
          }
          out.writeEndObject();
        });
  }

  @Override
  public void fault(long atNanos, long untilNanos, String kind, String detail) {
    line(
        atNanos,
        "fault",
        () -> {
          out.writeNumberField("until", untilNanos);
          out.writeStringField("kind", kind);
          out.writeStringField("detail", detail);
        });
  }

  @Override
  public void message(long atNanos, int from, int to, String channel, int bytes) {
    line(
        atNanos,
        "message",
        () -> {
          out.writeNumberField("from", from);
          out.writeNumberField("to", to);
          out.writeStringField("channel", channel);
          out.writeNumberField("bytes", bytes);
        });
  }

  @Override
  public void close() throws IOException {
    out.writeRaw('\n');
    out.close();
  }
}
