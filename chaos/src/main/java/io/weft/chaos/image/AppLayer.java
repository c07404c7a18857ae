package io.weft.chaos.image;

import java.io.IOException;
import java.nio.file.Path;

/** The upper layer: the jars, and the command that starts them. Changes with every build. */
final class AppLayer {
  /** Raised when this class writes other content from the same inputs. */
  static final String FORM = "app-2";

  /** Where a package puts the command; it finds the runtime and the jars from there. */
  private static final String LAUNCHER = "/usr/bin/weft";

  private AppLayer() {}

  static void write(ImageContent content, Path file) throws IOException {
    try (LayerWriter layer = new LayerWriter(file)) {
      layer.copy(content.launcher(), LAUNCHER);
      for (Path jar : content.jars()) {
        layer.copy(jar, ImageContent.LIB + "/" + jar.getFileName());
      }
    }
  }
}
