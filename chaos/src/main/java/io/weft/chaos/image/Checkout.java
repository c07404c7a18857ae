package io.weft.chaos.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The project's sources with what was built from them: where an image's jars are taken from. */
public final class Checkout {
  private static final String OWN_PREFIX = "weft-";

  /** A module's module's target lies so deep. */
  private static final int JAR_DEPTH = 4;

  private final Path root;

  private Checkout(Path root) {
    this.root = root;
  }

  /**
   * Finds the checkout that a directory lies in.
   *
   * @throws ImageException when it lies in none
   */
  public static Checkout around(Path directory) {
    for (@Nullable Path at = directory.toAbsolutePath().normalize();
        at != null;
        at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("weft")) && Files.isRegularFile(at.resolve("pom.xml"))) {
        return new Checkout(at);
      }
    }
    throw new ImageException(directory + " lies in no checkout of the project");
  }

  /** Whether the launcher has built: only then are the libraries at hand. */
  public boolean built() {
    return Files.isDirectory(lib());
  }

  /**
   * What an image of this checkout holds: the libraries as the launcher collected them, and each of
   * the project's own jars as last built, be it by the launcher or by Maven.
   *
   * @param jdkHome the JDK whose runtime is linked into the image
   * @throws ImageException when the launcher has not built yet
   */
  public ImageContent content(Path jdkHome) {
    if (!built()) {
      throw new ImageException("there is no " + lib() + ": run ./weft version once");
    }
    List<Path> jars = new ArrayList<>();
    for (Path jar : list(lib())) {
      if (jar.toString().endsWith(".jar")) {
        jars.add(newest(jar));
      }
    }
    return new ImageContent(jdkHome, ImageContent.DEBIAN_BUSYBOX, jars, root.resolve("weft"));
  }

  private Path newest(Path jar) {
    String name = jar.getFileName().toString();
    if (!name.startsWith(OWN_PREFIX)) {
      return jar;
    }
    Path built = Path.of("target", name);
    try (Stream<Path> all = Files.find(root, JAR_DEPTH, (path, _) -> path.endsWith(built))) {
      return Stream.concat(Stream.of(jar), all)
          .max(Comparator.comparingLong(Checkout::modified))
          .orElse(jar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path lib() {
    return root.resolve("target").resolve("dist").resolve("lib");
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
