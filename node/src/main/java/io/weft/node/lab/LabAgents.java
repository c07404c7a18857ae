package io.weft.node.lab;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.MemberView;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starting the agents of a lab, and waiting for them. */
final class LabAgents {
  private static final int START_TIMEOUT_SECONDS = 180;
  private static final int POLL_MILLIS = 50;
  private static final int MAX_LOG_BYTES = 1 << 20;

  /** What a command's error begins with, and so the line that repeats it. */
  private static final String ERROR_LINE = "weft: ";

  private LabAgents() {}

  /** Starts the agent of a host, detached. */
  static ProcessRef start(LabFolder folder, LabState.Host host, AgentProgram program)
      throws IOException {
    try (NetworkNamespace namespace = NetworkNamespace.open(Path.of(host.namespace().netns()))) {
      return LabProcesses.startDetached(
          folder,
          namespace,
          program.agent(folder.config(host.host())),
          host.socket(),
          folder.log(host.host()));
    }
  }

  /** Waits until the agent of a host answers its API. */
  static void awaitAnswer(LabFolder folder, LabState.Host host) {
    await(folder, host, "answers", client -> client.status().state().equals("alive"));
  }

  /** Waits until each of these hosts sees that many members, all of them alive. */
  static void awaitAllAlive(LabFolder folder, List<LabState.Host> hosts) {
    for (LabState.Host host : hosts) {
      await(
          folder,
          host,
          "sees every host alive",
          client -> {
            List<MemberView> members = client.members().members();
            return members.size() == hosts.size()
                && members.stream().allMatch(member -> member.state().equals("alive"));
          });
    }
  }

  private interface Question {
    boolean holds(ApiClient client);
  }

  private static void await(LabFolder folder, LabState.Host host, String what, Question question) {
    ApiClient client = new ApiClient(Path.of(host.socket()));
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
    String last = "no answer";
    while (System.nanoTime() < deadlineNanos) {
      try {
        if (question.holds(client)) {
          return;
        }
        last = "not yet";
      } catch (ApiException e) {
        last = e.line();
      }
      ProcessRef agent = host.agent();
      if (agent != null && agent.condition() == ProcessRef.Condition.GONE) {
        throw new ApiException(
            ErrorKind.REFUSED,
            "the agent of host "
                + host.host()
                + " has ended: "
                + lastLine(folder.log(host.host())));
      }
      LabProcesses.pause(POLL_MILLIS);
    }
    throw new ApiException(
        ErrorKind.REFUSED,
        "host "
            + host.host()
            + " was given "
            + START_TIMEOUT_SECONDS
            + " s until it "
            + what
            + ": "
            + last
            + "; last line of its log: "
            + lastLine(folder.log(host.host())));
  }

  /** The last line of a log that says something. */
  static String lastLine(Path log) {
    List<String> lines = lastLines(log, 1);
    if (lines.isEmpty()) {
      return Files.exists(log) ? "nothing in its log" : "no log";
    }
    String line = lines.getLast();
    return line.startsWith(ERROR_LINE) ? line.substring(ERROR_LINE.length()) : line;
  }

  /** The last lines of a log that say something; none when there is no log. */
  static List<String> lastLines(Path log, int count) {
    try {
      byte[] bytes = Files.readAllBytes(log);
      int from = Math.max(0, bytes.length - MAX_LOG_BYTES);
      List<String> lines =
          new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
