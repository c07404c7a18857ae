package io.weft.node.cli;

import io.weft.node.api.Json;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.MembersView;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.TreeMap;

/**
 * Touches what short commands touch, once a build, while the JVM writes down which classes it
 * loads: from that archive they start in a fraction of the time (JEP 350).
 */
public final class StartupTraining {
  private StartupTraining() {}

  /** Entry point; prints nothing and needs no agent. */
  public static void main(String[] args) throws IOException {
    quietly("version", "-o", "json");
    quietly("version");
    quietly("version", "-o", "yaml");
    quietly("members", "--help");
    quietly("members", "--socket", "/nonexistent/weft.sock");
    MemberView member = new MemberView("", "", "", "alive", 1, 1, 1, 0.5, new TreeMap<>());
    byte[] json = Json.bytes(new MembersView(List.of(member)));
    new Table("ID").row(Json.answer(json, MembersView.class).members().getFirst().id()).format();
  }

  private static void quietly(String... args) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    if (WeftMain.run(nowhere, nowhere, args) < 0) {
      throw new IllegalStateException("no exit code is negative");
    }
  }
}
