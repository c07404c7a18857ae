package io.weft.node.agent;

import io.weft.node.api.Json;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.MembersView;
import io.weft.node.cli.WeftMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.TreeMap;

/**
 * Does what a start does, once a build, while the JVM writes down which classes it loads: from that
 * archive commands and agents start in a fraction of the time (JEP 350). What fails in here only
 * makes the archive smaller.
 */
public final class StartupTraining {
  private StartupTraining() {}

  /** Entry point; prints nothing and needs neither an agent nor privileges. */
  public static void main(String[] args) throws Exception {
    quietly("version", "-o", "json");
    quietly("version");
    quietly("version", "-o", "yaml");
    quietly("members", "--help");
    quietly("members", "--socket", "/nonexistent/weft.sock");
    MemberView member = new MemberView("", "", "", "alive", 1, 1, 1, 0.5, new TreeMap<>());
    Json.answer(Json.bytes(new MembersView(List.of(member))), MembersView.class);
    AgentRehearsal.run();
  }

  private static void quietly(String... args) throws IOException {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    if (WeftMain.run(nowhere, nowhere, args) < 0) {
      throw new IllegalStateException("no exit code is negative");
    }
  }
}
