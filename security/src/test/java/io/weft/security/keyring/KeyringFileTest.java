package io.weft.security.keyring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringFileTest {
  private static final String SECRET =
      "5ec05ec05ec05ec05ec05ec05ec05ec05ec05ec05ec05ec05ec05ec05ec05ec0";
  private static final String HEAD = "weft-gossip-keys 1\n";

  @TempDir Path directory;

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    GossipKeys keys = new GossipKeys(new TreeMap<>(Map.of(3, new byte[32], 4, filled())), 3, 77);
    Path file = directory.resolve("keys");
    KeyringFile.save(file, keys);
    GossipKeys loaded = KeyringFile.load(file);
    assertThat(loaded.sameAs(keys)).isTrue();
    assertThat(loaded.sealEpoch()).isEqualTo(3);
    assertThat(loaded.revision()).isEqualTo(77);
    assertThat(loaded.secrets().get(3)).isEqualTo(new byte[32]);
    assertThat(loaded.secrets().get(4)).isEqualTo(filled());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileWithoutARevisionIsWhatTheClusterWasFoundedWith() {
    GossipKeys keys =
        KeyringFile.decode((HEAD + "seal 1\nkey 1 " + SECRET + "\n").getBytes(US_ASCII));
    assertThat(keys.revision()).isZero();
  }

  private static byte[] filled() {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) 0xab);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seal 1\nkey 1 " + SECRET + "x\n", // not hexadecimal
        "seal 1\nkey 1 " + SECRET + " 2\n", // a word too many
        "seal 1\nkey " + SECRET + " 1\n", // the wrong way round
        "seal " + SECRET + "\nkey 1 " + SECRET + "\n",
        "seal 2\nkey 1 " + SECRET + "\n", // none that seals
        "seal 1\nkey 1 " + SECRET + "00\n", // too long
        "seal 1\n" + SECRET + "\n",
        "seal 1\nrevision -1\nkey 1 " + SECRET + "\n",
        "seal 1\nrevision " + SECRET + "\nkey 1 " + SECRET + "\n",
      })
  void anErrorNamesTheFileAndNeverASecret(String text) throws IOException {
    Path file = directory.resolve("keys");
    Files.writeString(file, HEAD + text);
    assertThatThrownBy(() -> KeyringFile.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .satisfies(
            error -> {
              StringWriter all = new StringWriter();
              error.printStackTrace(new PrintWriter(all));
              assertThat(all.toString()).doesNotContain("5ec05ec0");
            });
  }

  @Test
  void aFileOfAnotherKindOrNoneIsSaidSo() throws IOException {
    Path file = directory.resolve("keys");
    assertThatThrownBy(() -> KeyringFile.load(file)).isInstanceOf(NoSuchFileException.class);
    Files.writeString(file, "hello");
    assertThatThrownBy(() -> KeyringFile.load(file)).hasMessageContaining("line 1");
  }

  @Property(tries = 200)
  void garbageIsRefusedByOneKindOfError(@ForAll @Size(max = 100) byte[] garbage) {
    byte[] head = HEAD.getBytes(US_ASCII);
    byte[] text = java.util.Arrays.copyOf(head, head.length + garbage.length);
    System.arraycopy(garbage, 0, text, head.length, garbage.length);
    assertThatThrownBy(() -> KeyringFile.decode(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
