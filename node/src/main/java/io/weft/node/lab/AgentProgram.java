package io.weft.node.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start {@code weft} as a process of its own.
 *
 * @param agentPrefix the command up to the word "agent"
 * @param shortPrefix the command up to a word like "init"
 */
public record AgentProgram(List<String> agentPrefix, List<String> shortPrefix) {
  private static final String ARCHIVE_FLAG = "-XX:SharedArchiveFile=";
  private static final List<String> COMMON_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms24m",
          "-Xmn8m",
          "-Xmx256m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Dfile.encoding=UTF-8");

  /** Copies the lists. */
  public AgentProgram {
    agentPrefix = List.copyOf(agentPrefix);
    shortPrefix = List.copyOf(shortPrefix);
  }

  /** The same Java, class path and archive that run this process, with that main class. */
  public static AgentProgram ofThisProcess(String mainClass) {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(COMMON_FLAGS);
    for (String argument : ownArguments()) {
      if (argument.startsWith(ARCHIVE_FLAG)) {
        java.add(argument);
      }
    }
    List<String> main = List.of("-cp", System.getProperty("java.class.path"), mainClass);
    List<String> quick = new ArrayList<>(java);
    quick.add("-XX:TieredStopAtLevel=1");
    java.addAll(main);
    quick.addAll(main);
    return new AgentProgram(java, quick);
  }

  /** From /proc, because {@link ProcessHandle} gives up on a long class path. */
  private static List<String> ownArguments() {
    try {
      return List.of(Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  List<String> agent(Path config) {
    return with(agentPrefix, List.of("agent", "--config", config.toString()));
  }

  List<String> init(Path config) {
    return with(shortPrefix, List.of("init", "--config", config.toString(), "-o", "json"));
  }

  List<String> join(Path config, String seed, String token) {
    return with(
        shortPrefix,
        List.of("join", seed, "--token", token, "--config", config.toString(), "-o", "json"));
  }

  private static List<String> with(List<String> prefix, List<String> rest) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(rest);
    return all;
  }
}
