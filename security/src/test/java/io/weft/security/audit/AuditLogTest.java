package io.weft.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.audit.AuditLog.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path directory;
  private Path file = Path.of("audit.log");

  @BeforeEach
  void writeFourLines() throws IOException {
    file = directory.resolve("audit.log");
    try (AuditLog log = AuditLog.open(file, CLOCK)) {
      log.record("join", Map.of("node", "a", "by", "operator"));
      log.record("join-refused", Map.of("node", "b", "why", "\"quoted\" \u00fc\n"));
    }
    try (AuditLog log = AuditLog.open(file, CLOCK)) { // goes on where it stopped
      log.record("revoke", Map.of("node", "a"));
      log.record("key-change", Map.of());
    }
  }

  private long brokenAt() throws IOException {
    assertThat(AuditLog.verify(file)).isInstanceOf(Verification.Broken.class);
    return ((Verification.Broken) AuditLog.verify(file)).line();
  }

  private void change(int line, String from, String to) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    assertThat(lines.get(line)).contains(from);
    lines.set(line, lines.get(line).replace(from, to));
    Files.write(file, lines);
  }

  @Test
  void aWholeChainVerifiesAndIsForItsOwnersEyes() throws IOException {
    assertThat(AuditLog.verify(file)).isInstanceOf(Verification.Intact.class);
    assertThat(((Verification.Intact) AuditLog.verify(file)).entries()).isEqualTo(4);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aChangedLineIsFound() throws IOException {
    change(2, "revoke", "praise");
    assertThat(brokenAt()).isEqualTo(3);
  }

  @Test
  void aRemovedLineIsFound() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.remove(1);
    Files.write(file, lines);
    assertThat(brokenAt()).isEqualTo(2);
  }

  @Test
  void reorderedLinesAreFound() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.add(1, lines.remove(2));
    Files.write(file, lines);
    assertThat(brokenAt()).isEqualTo(2);
  }

  /** Regression: a name given twice parses as the second, so its hash was right. */
  @Test
  void aLineThatShowsAnotherEventFirstIsFound() throws IOException {
    change(2, "\"event\":\"revoke\"", "\"event\":\"praise\",\"event\":\"revoke\"");
    assertThat(brokenAt()).isEqualTo(3);
  }

  /** Regression: what followed the object in its line was not looked at. */
  @Test
  void aLineWithSomethingAfterItsEntryIsFound() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(0, lines.get(0) + " {\"event\":\"forged\"}");
    Files.write(file, lines);
    assertThat(brokenAt()).isEqualTo(1);
  }

  /** Regression: a byte that is no UTF-8 ended the check with an error instead of a finding. */
  @Test
  void aDamagedByteIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("operator")] = (byte) 0xff;
    Files.write(file, bytes);
    assertThat(brokenAt()).isEqualTo(1);
  }

  @Test
  void aHalfWrittenLastLineIsCutOffAndThatIsRecorded() throws IOException {
    Files.writeString(file, "{\"index\":4,\"ti", StandardOpenOption.APPEND);
    AuditLog.open(file, CLOCK).close();
    assertThat(AuditLog.verify(file)).isInstanceOf(Verification.Intact.class);
    assertThat(Files.readAllLines(file)).hasSize(5);
    assertThat(Files.readAllLines(file).get(4)).contains("audit-log-repaired");
  }

  /** Regression: the end of a large file without lines was cut off as if it were a torn line. */
  @Test
  void aFileThatIsNoAuditLogIsRefusedAndLeftAsItIs() throws IOException {
    byte[] other = new byte[3 * AuditLog.MAX_LINE_BYTES];
    Files.write(file, other);
    assertThatThrownBy(() -> AuditLog.open(file, CLOCK)).isInstanceOf(IOException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(other);
    Files.writeString(file, "hello\n");
    assertThatThrownBy(() -> AuditLog.open(file, CLOCK)).hasMessageContaining("no line");
  }

  @Test
  void anEntryThatIsTooLongIsRefusedAndTheChainGoesOn() throws IOException {
    try (AuditLog log = AuditLog.open(file, CLOCK)) {
      String much = "x".repeat(AuditLog.MAX_LINE_BYTES);
      assertThatThrownBy(() -> log.record("join", Map.of("node", much)))
          .isInstanceOf(IOException.class);
      log.record("join", Map.of());
    }
    assertThat(AuditLog.verify(file)).isInstanceOf(Verification.Intact.class);
  }
}
