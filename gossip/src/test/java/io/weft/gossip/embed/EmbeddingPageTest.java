package io.weft.gossip.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.secret.ClusterSecret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in docs/embedding.md is compiled and run as it stands there, twice on loopback. */
class EmbeddingPageTest {
  private static final Path PAGE = Path.of("..", "docs", "embedding.md");
  private static final String FENCE = "```";

  @TempDir Path directory;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  private Path program() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(FENCE + "java\n") + FENCE.length() + "java\n".length();
    Path file = directory.resolve("Shop.java");
    Files.writeString(file, page.substring(begin, page.indexOf(FENCE, begin)));
    return file;
  }

  private Process run(Path program, String secret, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath(), program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SHOP_SECRET", secret);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static List<String> readUntil(BufferedReader lines, String sign) throws IOException {
    List<String> read = new ArrayList<>();
    String line = lines.readLine();
    while (line != null && !line.startsWith(sign)) {
      read.add(line);
      line = lines.readLine();
    }
    assertThat(line).as("a line with %s after %s", sign, read).isNotNull();
    return read;
  }

  @Test
  @Timeout(120)
  void theProgramOnThePageRunsAndSeesTheOther() throws Exception {
    Path program = program();
    assertThat(Files.readAllLines(program).stream().dropWhile(l -> !l.startsWith("void main")))
        .as("lines of the program, with its main's frame and last brace")
        .hasSizeLessThanOrEqualTo(10);
    String secret = ClusterSecret.generate("shop").format();
    String one = "127.0.0.1:" + freePort();
    String two = "127.0.0.1:" + freePort();
    Process first = run(program, secret, "web-1", one, two);
    Process second = run(program, secret, "web-2", two, one);
    BufferedReader firstSays = first.inputReader(UTF_8);
    BufferedReader secondSays = second.inputReader(UTF_8);
    readUntil(firstSays, "web-2: ");
    readUntil(secondSays, "web-1: ");
    enter(second);
    assertThat(secondSays.lines().filter(l -> l.startsWith("Member["))).hasSize(2);
    assertThat(second.waitFor()).isZero();
    enter(first);
    assertThat(firstSays.lines().filter(l -> l.startsWith("Member[")))
        .hasSize(2)
        .anyMatch(l -> l.contains("name=web-2") && l.contains("state=LEFT"));
    assertThat(first.waitFor()).isZero();
  }

  private static void enter(Process process) throws IOException {
    try (Writer keyboard = process.outputWriter(UTF_8)) {
      keyboard.write("\n");
    }
  }
}
