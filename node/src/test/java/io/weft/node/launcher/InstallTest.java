package io.weft.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkout that is built is installed and removed again; its Java only says how it was called.
 */
final class InstallTest {
  private static final Path PACKAGING = Path.of("src", "main", "packaging");

  @TempDir Path folder = Path.of("unset");
  private Path checkout = Path.of("unset");
  private Path prefix = Path.of("unset");
  private Path jdk = Path.of("unset");

  @BeforeEach
  void builtCheckout() throws IOException {
    folder = folder.toRealPath();
    checkout = Files.createDirectories(folder.resolve("checkout"));
    prefix = folder.resolve("usr");
    copy(Path.of("..", "weft"), checkout.resolve("weft"));
    Files.writeString(checkout.resolve("pom.xml"), "");
    try (Stream<Path> files = Files.walk(PACKAGING)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        copy(file, checkout.resolve("node").resolve(file));
      }
    }
    write("target/dist/lib/a.jar", "first");
    write("target/dist/lib/old.jar", "old");
    write("target/dist/built", "");
    Files.setLastModifiedTime(
        checkout.resolve("target/dist/built"), FileTime.from(Instant.now().plusSeconds(3_600)));
    jdk = folder.resolve("jdk");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 6\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolveSibling("."));
    Files.copy(from, to);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void write(String file, String text) throws IOException {
    Path path = checkout.resolve(file);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
  }

  private record Outcome(int code, List<String> lines) {}

  private Outcome run(Path weft, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(weft.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().put("JAVA_HOME", jdk.toString());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), text.lines().toList());
  }

  private Outcome checkout(String... args) throws Exception {
    return run(checkout.resolve("weft"), args);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(prefix)) {
      return all.filter(Files::isRegularFile)
          .map(file -> prefix.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsInstalledRunsFromThereAndAgainBringsItUpToDate() throws Exception {
    assertThat(checkout("install", "--prefix", prefix.toString()))
        .isEqualTo(new Outcome(0, List.of("weft: installed in " + prefix)));
    assertThat(files())
        .containsExactly(
            "bin/weft",
            "lib/systemd/system/weft.service",
            "lib/sysusers.d/weft.conf",
            "lib/weft/install.sh",
            "lib/weft/installed",
            "lib/weft/lib/a.jar",
            "lib/weft/lib/old.jar");
    assertThat(prefix.resolve("lib/systemd/system/weft.service"))
        .content()
        .contains("ExecStart=" + prefix + "/bin/weft agent\n");
    Outcome ran = run(prefix.resolve("bin/weft"), "members");
    assertThat(ran.code()).isEqualTo(6);
    assertThat(ran.lines())
        .contains(prefix + "/bin/../lib/weft/lib/a.jar:" + prefix + "/bin/../lib/weft/lib/old.jar");

    Files.delete(checkout.resolve("target/dist/lib/old.jar"));
    write("target/dist/lib/a.jar", "second");
    assertThat(checkout("install", "--prefix=usr/").code()).isZero();
    assertThat(files()).doesNotContain("lib/weft/lib/old.jar");
    assertThat(prefix.resolve("lib/weft/lib/a.jar")).hasContent("second");
  }

  @Test
  void removalTakesWhatWasInstalledAndNothingElse() throws Exception {
    Files.createDirectories(prefix.resolve("bin"));
    Files.createDirectories(prefix.resolve("lib/sysusers.d"));
    Files.writeString(prefix.resolve("bin/other"), "other");
    assertThat(checkout("install", "--prefix", prefix.toString()).code()).isZero();
    assertThat(checkout("install", "--prefix", prefix.toString()).code()).isZero();

    assertThat(checkout("uninstall", "--prefix", prefix.toString()))
        .isEqualTo(new Outcome(0, List.of("weft: removed from " + prefix)));
    assertThat(files()).containsExactly("bin/other");
    assertThat(prefix.resolve("lib/sysusers.d")).as("it was there before").isEmptyDirectory();
    assertThat(prefix.resolve("lib/systemd")).doesNotExist();
    Outcome again = checkout("uninstall", "--prefix", prefix.toString());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.lines()).hasSize(1).first().asString().contains("no installation");
  }

  @Test
  void anInstalledWeftRemovesItself() throws Exception {
    assertThat(checkout("install", "--prefix", prefix.toString()).code()).isZero();
    Path weft = prefix.resolve("bin/weft");
    Outcome install = run(weft, "install");
    assertThat(install.code()).isEqualTo(2);
    assertThat(install.lines()).hasSize(1);
    assertThat(run(weft, "uninstall").code()).isZero();
    assertThat(prefix).as("it was made by the installation").doesNotExist();
  }

  @Test
  void whatIsNotOursIsNotReplaced() throws Exception {
    Files.createDirectories(prefix.resolve("bin"));
    Files.writeString(prefix.resolve("bin/weft"), "another's");
    Outcome outcome = checkout("install", "--prefix", prefix.toString());
    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.lines()).hasSize(1).first().asString().contains("bin/weft is there");
    assertThat(files()).containsExactly("bin/weft");
  }

  @Test
  void whereNothingMayBeWrittenOneLineSaysWhatToDo() throws Exception {
    Outcome outcome = checkout("install", "--prefix", "/proc/weft");
    assertThat(outcome.code()).isEqualTo(4);
    assertThat(outcome.lines())
        .containsExactly(
            "weft: cannot write to /proc/weft: run as root, or choose another --prefix");
  }

  @Test
  void wrongUseIsRefusedAndHelpShowsAnExample() throws Exception {
    for (String command : List.of("install", "uninstall")) {
      assertThat(checkout(command, "--help").lines()).contains("  ./weft install --prefix /usr");
      assertThat(checkout(command, "--help").code()).isZero();
      assertThat(checkout(command, "--prefix").code()).isEqualTo(2);
      assertThat(checkout(command, "--prefix", "a b").code()).isEqualTo(2);
      assertThat(checkout(command, "nonsense").lines()).hasSize(1);
      assertThat(checkout(command, "nonsense").code()).isEqualTo(2);
    }
  }
}
