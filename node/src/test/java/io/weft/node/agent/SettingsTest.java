package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

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
}
