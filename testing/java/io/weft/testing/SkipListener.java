package io.weft.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down what was skipped, and why, for {@code ./weft test} to show at its end: how many tests,
 * their class and the reason, with tabs between, a line for each test, and for each class that was
 * skipped as a whole (which the test reports leave out).
 */
public final class SkipListener implements TestExecutionListener {
  private static final Path FILE = Path.of("target", "skipped-tests.txt");

  private final Path file;
  private @Nullable TestPlan plan;

  /** Writes where the launcher looks for it; the working directory is the module's. */
  public SkipListener() {
    this(FILE);
  }

  /** Writes to that file. */
  public SkipListener(Path file) {
    this.file = file;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    write(test, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      write(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
    }
  }

  private void write(TestIdentifier test, String reason) {
    String line =
        String.join(
            "\t",
            Long.toString(tests(test)),
            test.getSource().map(SkipListener::className).orElse(test.getDisplayName()),
            reason.replaceFirst("^Assumption failed: ", "").strip().replaceAll("\\s+", " "));
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
      Files.writeString(
          file,
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long tests(TestIdentifier test) {
    TestPlan running = plan;
    return test.isTest() || running == null
        ? 1
        : running.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
  }

  private static String className(TestSource source) {
    return switch (source) {
      case ClassSource type -> type.getClassName();
      case MethodSource method -> method.getClassName();
      default -> source.toString();
    };
  }
}
