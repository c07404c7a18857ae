package io.weft.node.cli;

import io.weft.node.demo.Demo;
import io.weft.node.demo.DemoResult;
import io.weft.node.lab.AgentProgram;
import io.weft.node.lab.Lab;
import io.weft.node.lab.LabOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft demo}. */
@Command(
    name = "demo",
    description = {
      "Show the main job on a lab of hosts on this machine, and leave nothing behind.",
      "A cluster, an encrypted network, a ping between every two, a partition that is detected and",
      "heals."
    },
    footer = {"", "Example:", "  weft demo --hosts 5"})
final class DemoCommand implements Callable<Integer> {
  private static final int CLEANUP_SECONDS = 20;
  private static final int LOG_LINES = 30;

  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final LabShapeOptions shape = new LabShapeOptions();

  @Option(names = "--keep", description = "Leave the lab up afterwards, to look round.")
  private boolean keep;

  private final CountDownLatch finished = new CountDownLatch(1);

  @Override
  public Integer call() throws Exception {
    // With our own number two demos run side by side.
    String name = "demo-" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    Lab lab = new Lab(name, AgentProgram.ofThisProcess(WeftMain.class.getName()));
    LabOptions options = shape.options(name);
    Demo demo = new Demo(lab, options, this::show);
    Thread hook = new Thread(interrupter(lab, Thread.currentThread()), "weft-demo-cleanup");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      DemoResult result = demo.run();
      if (!result.ok()) {
        tellWhatTheAgentsSaid(lab, options.hosts());
      }
      if (keep) {
        tell("kept: weft lab status --name " + name + "; remove: weft lab down --name " + name);
      } else {
        result = removed(demo, result, lab);
      }
      DemoResult last = result;
      output.print(last, () -> last.ok() ? "ok\n" : "FAILED\n");
      if (demo.refusal().isPresent()) {
        throw demo.refusal().get();
      }
      return last.ok() ? ExitCodes.DONE : 1;
    } finally {
      finished.countDown();
    }
  }

  /** Their logs go with the lab, and with them the cause. */
  private void tellWhatTheAgentsSaid(Lab lab, int hosts) {
    for (int host = 1; host <= hosts; host++) {
      List<String> lines = lab.lastLines(host, LOG_LINES);
      if (!lines.isEmpty()) {
        output.err().println("the end of host " + host + "'s log:");
        lines.forEach(line -> output.err().println("  " + line));
      }
    }
    output.err().flush();
  }

  private static DemoResult removed(Demo demo, DemoResult result, Lab lab) {
    // An interrupt has done its work once it has ended the show.
    if (Thread.interrupted()) {
      return removed(demo, result, lab);
    }
    try {
      lab.down();
      return demo.cleanedUp(result, true, "no process, namespace, link or file is left");
    } catch (IOException | RuntimeException e) {
      return demo.cleanedUp(result, false, String.valueOf(e.getMessage()));
    }
  }

  /** On Ctrl-C the show ends, and nothing is left behind either. */
  private Runnable interrupter(Lab lab, Thread show) {
    return () -> {
      try {
        if (finished.getCount() == 0) {
          return;
        }
        show.interrupt();
        boolean _ = finished.await(CLEANUP_SECONDS, TimeUnit.SECONDS);
        if (!keep) {
          lab.down();
        }
      } catch (IOException | InterruptedException | RuntimeException e) {
        tell("cleaning up failed: " + e.getMessage() + "; try 'weft lab down'");
      }
    };
  }

  private void show(DemoResult.Step step) {
    if (output.format() == OutputFormat.table) {
      PrintWriter out = output.out();
      out.printf(
          Locale.ROOT,
          "%7.2f s  %-6s  %-10s  %s%n",
          step.millis() / 1000.0,
          step.ok() ? "ok" : "FAILED",
          step.name(),
          step.detail());
      out.flush();
    }
  }

  private void tell(String line) {
    if (output.format() == OutputFormat.table) {
      output.out().println(line);
      output.out().flush();
    }
  }
}
