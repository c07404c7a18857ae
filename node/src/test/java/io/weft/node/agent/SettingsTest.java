package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration comes to on this host. */
final class SettingsTest {
  @Test
  void aHostWithoutAConfiguredNameIsCalledAsTheKernelCallsIt() throws Exception {
    String own = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    assertThat(Settings.nodeName(Settings.load(null, new TreeMap<>())))
        .isEqualTo(List.of(own.split("[.]", -1)).getFirst());
  }

  @Test
  void aConfiguredNameCounts() throws Exception {
    TreeMap<String, String> flags = new TreeMap<>();
    flags.put("name", "host1.site");
    assertThat(Settings.nodeName(Settings.load(null, flags))).isEqualTo("host1.site");
  }

  @Test
  void aFileThatIsNotUtf8IsNamed(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("bin.yaml"), new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(() -> Settings.effective(file, new TreeMap<>()))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
        .hasMessageContaining(file + " is not UTF-8 text");
  }
}
