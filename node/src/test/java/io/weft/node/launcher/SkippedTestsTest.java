package io.weft.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testing.SkipListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Nothing is skipped in silence. */
final class SkippedTestsTest {
  @TempDir Path folder = Path.of("unset");

  static final class SomeSample {
    @Test
    void runs() {}

    @Test
    @Disabled("not on Mondays")
    void isDisabled() {}

    @Test
    void isAborted() {
      Assumptions.abort("no docker\there");
    }
  }

  static final class WholeSample {
    @BeforeAll
    static void needsRoot() {
      Assumptions.assumeTrue(false, "needs root");
    }

    @Test
    void first() {}

    @Test
    void second() {}
  }

  @Test
  void whatIsSkippedIsWrittenDownWithItsReasonAlsoWholeClasses() throws Exception {
    Path file = folder.resolve("target").resolve("skipped.txt");
    LauncherFactory.create(
            LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(
                    DiscoverySelectors.selectClass(SomeSample.class),
                    DiscoverySelectors.selectClass(WholeSample.class))
                .build(),
            new SkipListener(file));
    assertThat(Files.readAllLines(file))
        .containsExactlyInAnyOrder(
            "1\t" + SomeSample.class.getName() + "\tnot on Mondays",
            "1\t" + SomeSample.class.getName() + "\tno docker here",
            "2\t" + WholeSample.class.getName() + "\tneeds root");
  }

  @Test
  void theLauncherEndsWithWhatWasSkippedInThisRunAndWithMavensCode() throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("checkout"));
    Files.copy(Path.of("..", "weft"), checkout.resolve("weft"));
    Files.writeString(checkout.resolve("pom.xml"), "");
    Path old = Files.createDirectories(checkout.resolve("gossip/target"));
    Files.writeString(old.resolve("skipped-tests.txt"), "7\tOldTest\tof the last run\n");
    Path written = Files.createDirectories(checkout.resolve("node/target"));
    script(
        folder.resolve("mvn"),
        "printf '1\\tATest\\tno root\\n1\\tATest\\tno root\\n3\\tBTest\\tno docker\\n' > '"
            + written
            + "/skipped-tests.txt'; exit 1");
    script(folder.resolve("jdk/bin/java"), "exit 0");
    script(folder.resolve("jdk/bin/javac"), "exit 0");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");

    ProcessBuilder builder =
        new ProcessBuilder("sh", checkout.resolve("weft").toString(), "test")
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isEqualTo(1);
    assertThat(text.lines().toList())
        .isEqualTo(
            List.of(
                "weft: tests skipped: 5",
                "  skipped: ATest (2): no root",
                "  skipped: BTest (3): no docker"));
  }

  private static void script(Path file, String body) throws Exception {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
