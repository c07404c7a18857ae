package io.weft.chaos.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What goes into an image.
 *
 * @param jdkHome the JDK whose runtime is linked into the image
 * @param busybox a statically linked busybox: the image's shell and small tools
 * @param jars the application's jars, all of which stand on the image's class path
 * @param launcher the {@code weft} command, the same file that a package installs
 */
public record ImageContent(Path jdkHome, Path busybox, List<Path> jars, Path launcher) {
  /** Where the jars stand in the image. */
  static final String LIB = "/usr/lib/weft/lib";

  /** Where the Java runtime stands in the image. */
  static final String JRE = "/usr/lib/weft/jre";

  /** Where Debian's busybox-static puts its program. */
  public static final Path DEBIAN_BUSYBOX = Path.of("/bin/busybox");

  /** Checks that everything is there. */
  public ImageContent {
    jars = jars.stream().sorted().toList();
    if (jars.isEmpty()) {
      throw new ImageException("an image needs at least one jar: build the project first");
    }
    require(busybox, "install the package busybox-static");
    require(jdkHome.resolve("bin/jlink"), "JAVA_HOME must name a whole JDK 25, not a runtime");
    require(launcher, "it stands at the root of the project's sources");
    jars.forEach(jar -> require(jar, "build the project first"));
  }

  private static void require(Path file, String mend) {
    if (!Files.isRegularFile(file)) {
      throw new ImageException("there is no " + file + ": " + mend);
    }
  }

  /** Hash of all that decides the lower layer: the runtime and the tools. */
  String baseHash() {
    return new ContentHash()
        .text(BaseLayer.FORM)
        .text(BaseLayer.MODULES)
        .text(JRE)
        .file(jdkHome.resolve("release"))
        .file(busybox)
        .hex();
  }

  /** Hash of all that decides the upper layer: the application. */
  String appHash() {
    ContentHash hash = new ContentHash().text(AppLayer.FORM).file(launcher);
    jars.forEach(hash::file);
    return hash.hex();
  }
}
