package io.weft.overlay.registry.atomix;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that founds a registry, commits for ever, and says what was acknowledged.
 */
final class LoneVoter {
  /** Commits no more than this, so that a forgotten process ends by itself. */
  private static final int MAX_COMMANDS = 100_000;

  private LoneVoter() {}

  public static void main(String[] args) throws Exception {
    Node node = new Node(Node.config(Path.of(args[0]), 1), null, (to, message) -> {});
    var _ = node.engine.bootstrap().get(30, TimeUnit.SECONDS);
    for (int i = 0; i < MAX_COMMANDS; i++) {
      byte[] command = ("command " + i).getBytes(StandardCharsets.UTF_8);
      var _ = node.engine.submit(command).get(30, TimeUnit.SECONDS);
      System.out.println("acknowledged command " + i);
      System.out.flush();
    }
  }
}
