package io.weft.chaos.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The lower layer: a linked Java runtime, the C library it loads, busybox. Changes rarely. */
final class BaseLayer {
  /** Raised when this class writes other content from the same inputs. */
  static final String FORM = "base-1";

  /** The JDK's modules that the agent and its libraries use; no desktop, no compiler. */
  static final String MODULES =
      "java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,"
          + "java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,"
          + "jdk.management,jdk.net,jdk.unsupported,jdk.zipfs";

  /** The busybox tools that tests and people call in the image. */
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "ash",
          "awk",
          "cat",
          "chmod",
          "cp",
          "cut",
          "date",
          "df",
          "dirname",
          "env",
          "find",
          "free",
          "grep",
          "head",
          "hostname",
          "id",
          "ip",
          "kill",
          "killall",
          "ln",
          "ls",
          "mkdir",
          "mv",
          "nc",
          "nohup",
          "nslookup",
          "pgrep",
          "ping",
          "ping6",
          "ps",
          "pwd",
          "readlink",
          "rm",
          "sed",
          "setsid",
          "sleep",
          "sort",
          "stat",
          "sync",
          "tail",
          "tee",
          "test",
          "timeout",
          "top",
          "touch",
          "tr",
          "true",
          "umask",
          "uname",
          "wc",
          "wget",
          "which",
          "xargs");

  private BaseLayer() {}

  static void write(ImageContent content, Path scratch, Path file) throws IOException {
    Path runtime = scratch.resolve("jre");
    try {
      link(content.jdkHome(), runtime);
      try (LayerWriter layer = new LayerWriter(file)) {
        skeleton(layer);
        layer.copy(content.busybox(), "/bin/busybox");
        for (String tool : TOOLS) {
          layer.link("/bin/" + tool, "busybox");
        }
        layer.tree(runtime, ImageContent.JRE);
        for (Path library : SharedLibraries.neededBy(runtime)) {
          layer.copy(library, library.toString());
        }
      }
    } finally {
      deleteTree(runtime);
    }
  }

  private static void link(Path jdkHome, Path runtime) {
    Tool.run(
        List.of(
            jdkHome.resolve("bin/jlink").toString(),
            "--add-modules",
            MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            runtime.toString()));
  }

  private static void skeleton(LayerWriter layer) throws IOException {
    for (String directory : List.of("/bin", "/dev", "/etc", "/proc", "/run", "/sys", "/var/log")) {
      layer.directory(directory, LayerWriter.MODE_DIRECTORY);
    }
    layer.directory("/etc/weft", LayerWriter.MODE_DIRECTORY);
    layer.directory("/run/weft", LayerWriter.MODE_DIRECTORY);
    layer.directory("/root", 0700);
    layer.directory("/var/lib/weft", 0700);
    layer.directory("/tmp", 01777);
    layer.text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", LayerWriter.MODE_FILE);
    layer.text("/etc/group", "root:x:0:\nweft:x:990:\n", LayerWriter.MODE_FILE);
    layer.text("/etc/nsswitch.conf", "hosts: files dns\n", LayerWriter.MODE_FILE);
  }

  static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(tree)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
