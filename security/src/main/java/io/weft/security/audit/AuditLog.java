package io.weft.security.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.security.files.SecretFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about trust, one JSON object a line: {@code index}, {@code time}, {@code event},
 * {@code details}, {@code previous} and {@code hash}. The hash is over the line without it, so over
 * the hash before it too: a line that is changed, taken out or put in breaks the chain. (Lines cut
 * off at the end leave a chain that is whole; only a copy of the last hash elsewhere shows that.)
 *
 * <p>Each line is on disk when {@link #record} returns. Safe to call from any thread. Never put a
 * secret into it.
 */
public final class AuditLog implements AutoCloseable {
  /** Longest line that is written or read. */
  public static final int MAX_LINE_BYTES = 16_384;

  private static final String FIRST = "0".repeat(64);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;
  private final InstantSource clock;
  private long index;
  private String previous;

  /** What came of checking a log. */
  public sealed interface Verification {
    /**
     * The chain is whole.
     *
     * @param entries how many lines there are
     * @param lastHash the last one's hash, to be kept elsewhere by who wants to notice a log that
     *     was cut short
     */
    record Intact(long entries, String lastHash) implements Verification {}

    /**
     * The chain is broken.
     *
     * @param line the first that does not fit, from 1
     * @param why what is wrong with it
     */
    record Broken(long line, String why) implements Verification {}
  }

  private AuditLog(FileChannel channel, InstantSource clock, long index, String previous) {
    this.channel = channel;
    this.clock = clock;
    this.index = index;
    this.previous = previous;
  }

  /**
   * Opens a log to go on with it, or begins one (0600). A last line that a crash left half written
   * is cut off, and that is recorded.
   *
   * @throws IOException when the file cannot be opened, or its last line is no line of an audit log
   */
  public static AuditLog open(Path file, InstantSource clock) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      SecretFiles.createDirectory(directory);
    }
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      byte[] tail = tail(channel);
      int whole = lastNewline(tail, tail.length) + 1;
      int torn = tail.length - whole;
      if (torn > MAX_LINE_BYTES) {
        throw new IOException(file + " is no audit log: it ends in a line that is too long");
      }
      channel.truncate(channel.size() - torn);
      channel.position(channel.size());
      AuditLog log = new AuditLog(channel, clock, 0, FIRST);
      log.goOnAfter(file, tail, whole);
      if (torn > 0) {
        log.record("audit-log-repaired", Map.of("bytesCutOff", Integer.toString(torn)));
      }
      return log;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void goOnAfter(Path file, byte[] tail, int whole) throws IOException {
    if (whole == 0) {
      return;
    }
    int from = lastNewline(tail, whole - 1) + 1;
    String last = new String(tail, from, whole - 1 - from, StandardCharsets.UTF_8);
    JsonNode entry = parse(last);
    if (entry == null) {
      throw new IOException("the last line of " + file + " is no line of an audit log");
    }
    index = entry.path("index").asLong() + 1;
    previous = entry.path("hash").asText();
  }

  /**
   * Adds a line and forces it to disk.
   *
   * @param event what happened, a word as {@code join-refused}
   * @param details who, whom, why; never a secret
   * @throws IOException when it cannot be written; what it was about should then not be done
   */
  public synchronized void record(String event, Map<String, String> details) throws IOException {
    ObjectNode entry = JSON.createObjectNode();
    entry.put("index", index);
    entry.put("time", clock.instant().toString());
    entry.put("event", event);
    ObjectNode shown = entry.putObject("details");
    new TreeMap<>(details).forEach(shown::put);
    entry.put("previous", previous);
    String hash = hash(entry);
    entry.put("hash", hash);
    byte[] line = (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    if (line.length > MAX_LINE_BYTES) {
      throw new IOException("an audit entry of " + line.length + " bytes is too long");
    }
    long end = channel.position();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      channel.truncate(end); // a full disk must not leave half a line in the middle
      throw e;
    }
    index++;
    previous = hash;
  }

  /**
   * Checks a whole log.
   *
   * @throws IOException when the file cannot be read
   */
  public static Verification verify(Path file) throws IOException {
    String expected = FIRST;
    long line = 0;
    // This reader replaces bytes that are no UTF-8 instead of failing: the hash then shows them.
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      String text;
      while ((text = reader.readLine()) != null) {
        JsonNode entry = parse(text);
        if (!(entry instanceof ObjectNode object)) {
          return new Verification.Broken(line + 1, "it is no entry");
        }
        if (!JSON.writeValueAsString(object).equals(text)) {
          // A reader may take a repeated name, or what follows the object, for what it is not; the
          // hash is over what was parsed and would not show it.
          return new Verification.Broken(line + 1, "it is not written as this log writes");
        }
        String hash = object.path("hash").asText();
        object.remove("hash");
        if (object.path("index").asLong(-1) != line) {
          return new Verification.Broken(
              line + 1, "its index is " + object.path("index").asText() + ", not " + line);
        }
        if (!object.path("previous").asText().equals(expected)) {
          return new Verification.Broken(line + 1, "it does not follow the line before it");
        }
        if (!hash.equals(hash(object))) {
          return new Verification.Broken(line + 1, "its hash is not that of its content");
        }
        expected = hash;
        line++;
      }
    }
    return new Verification.Intact(line, expected);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private static @Nullable JsonNode parse(String line) {
    try {
      JsonNode entry = line.length() > MAX_LINE_BYTES ? null : JSON.readTree(line);
      return entry != null && entry.path("hash").isTextual() ? entry : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String hash(ObjectNode entry) throws JsonProcessingException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(JSON.writeValueAsBytes(entry)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The end of the file: enough for a whole line and a torn one. */
  private static byte[] tail(FileChannel channel) throws IOException {
    int length = (int) Math.min(channel.size(), 2L * MAX_LINE_BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(length);
    long from = channel.size() - length;
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the audit log shrinks while it is read");
      }
    }
    return bytes.array();
  }

  private static int lastNewline(byte[] bytes, int before) {
    int at = before - 1;
    while (at >= 0 && bytes[at] != '\n') {
      at--;
    }
    return at;
  }
}
