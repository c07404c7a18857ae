package io.weft.chaos.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds what a tree of programs and libraries needs from this machine's C library. */
final class SharedLibraries {
  /** {@code libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)}, or the loader's bare path. */
  private static final Pattern RESOLVED = Pattern.compile("(?m)^\\s*(?:\\S+ => )?(/\\S+) \\(0x");

  private SharedLibraries() {}

  /** The libraries outside the tree that its files load, by path on this machine. */
  static SortedSet<Path> neededBy(Path tree) {
    List<String> command = new ArrayList<>(List.of("ldd"));
    try (Stream<Path> walk = Files.walk(tree)) {
      walk.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(".so") || file.endsWith(Path.of("bin/java")))
          .map(Path::toString)
          .sorted()
          .forEach(command::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SortedSet<Path> needed = new TreeSet<>();
    Matcher resolved = RESOLVED.matcher(Tool.run(command));
    while (resolved.find()) {
      Path library = Path.of(resolved.group(1)).normalize();
      if (!library.startsWith(tree)) {
        needed.add(library);
      }
    }
    return needed;
  }
}
