package io.weft.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a package, with a Java that only says how it was called. */
final class LauncherTest {
  @TempDir Path folder = Path.of("unset");
  private Path home = Path.of("unset");
  private Path jdk = Path.of("unset");

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(folder.resolve("opt weft"));
    Files.copy(Path.of("../weft"), home.resolve("weft"));
    Files.setPosixFilePermissions(
        home.resolve("weft"), PosixFilePermissions.fromString("rwxr-xr-x"));
    jdk = fakeJdk("jdk25", "25.0.1");
  }

  private Path fakeJdk(String name, String version) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name).resolve("bin")).resolveSibling(".");
    Path java = folder.resolve(name).resolve("bin").resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"" + name + "\" \"$@\"\nexit 6\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(made.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return made.normalize();
  }

  private record Outcome(int code, List<String> lines) {}

  private Outcome weft(Path javaHome, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("weft").toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), text.lines().toList());
  }

  private void addJars(String... names) throws IOException {
    Files.createDirectories(home.resolve("lib"));
    for (String name : names) {
      Files.writeString(home.resolve("lib").resolve(name), "");
    }
  }

  @Test
  void anInstallationWithoutItsJarsSaysSoInOneLine() throws Exception {
    Outcome outcome = weft(jdk, "version");
    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.lines()).hasSize(1).first().asString().contains("not whole");
  }

  @Test
  void argumentsAndExitCodePassThroughUnchanged() throws Exception {
    addJars("b.jar", "a.jar");
    Outcome outcome = weft(jdk, "lab", "exec", "1", "--", "echo", "a b", "$HOME", "");
    assertThat(outcome.code()).isEqualTo(6);
    List<String> lines = outcome.lines();
    int main = lines.indexOf("io.weft.node.cli.WeftMain");
    assertThat(lines.subList(main + 1, lines.size()))
        .containsExactly("lab", "exec", "1", "--", "echo", "a b", "$HOME", "");
    assertThat(lines.get(main - 1))
        .isEqualTo(home.toRealPath() + "/lib/a.jar:" + home.toRealPath() + "/lib/b.jar");
  }

  @Test
  void shortCommandsAreToldToStartFastAndTheAgentToRunWell() throws Exception {
    addJars("a.jar");
    assertThat(weft(jdk, "members").lines()).contains("-XX:TieredStopAtLevel=1");
    assertThat(weft(jdk, "agent").lines())
        .doesNotContain("-XX:TieredStopAtLevel=1")
        .contains("-Xmx256m", "--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void anOldJavaIsPassedOver() throws Exception {
    addJars("a.jar");
    Path old = fakeJdk("jdk17", "17.0.9");
    assertThat(weft(old, "members").lines().getFirst()).isNotEqualTo("jdk17");
  }

  @Test
  void aLinkToTheLauncherFindsItsHome() throws Exception {
    addJars("a.jar");
    Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("weft"));
    Path real = home;
    home = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(home.resolve("weft"), link);
    assertThat(weft(jdk, "members").lines()).contains(real.toRealPath() + "/lib/a.jar");
  }
}
