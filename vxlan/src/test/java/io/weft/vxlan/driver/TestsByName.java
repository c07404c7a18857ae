package io.weft.vxlan.driver;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs test classes where there is no Maven: in QEMU, see src/test/qemu/run. */
final class TestsByName {
  private static final int MAX_STACK_LINES = 30;

  private TestsByName() {}

  /**
   * Arguments: CLASS or CLASS#METHOD each. Status 0 only when tests ran, none failed or was
   * skipped.
   */
  public static void main(String[] args) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(args).map(TestsByName::selector).toList())
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    SummaryGeneratingListener summing = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summing, new Progress());
    TestExecutionSummary summary = summing.getSummary();
    summary.printFailuresTo(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8), MAX_STACK_LINES);
    long skipped = summary.getTestsSkippedCount() + summary.getTestsAbortedCount();
    System.out.printf(
        "Tests run: %d, Failures: %d, Skipped: %d%n",
        summary.getTestsFoundCount(), summary.getTotalFailureCount(), skipped);
    boolean good =
        summary.getTestsFoundCount() > 0 && summary.getTotalFailureCount() == 0 && skipped == 0;
    System.exit(good ? 0 : 1);
  }

  private static DiscoverySelector selector(String name) {
    return name.contains("#")
        ? DiscoverySelectors.selectMethod(name)
        : DiscoverySelectors.selectClass(name);
  }

  private static final class Progress implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean bad = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
      if (test.isTest() || bad) {
        String cause = result.getThrowable().map(e -> ": " + e).orElse("");
        System.out.println(result.getStatus() + " " + test.getUniqueId() + cause);
      }
    }
  }
}
