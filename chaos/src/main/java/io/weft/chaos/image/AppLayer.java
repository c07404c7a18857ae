package io.weft.chaos.image;

import java.io.IOException;
import java.nio.file.Path;

/** The upper layer: the jars, and the command that starts them. Changes with every build. */
final class AppLayer {
  /** Raised when this class writes other content from the same inputs. */
  static final String FORM = "app-1";

  private AppLayer() {}

  static void write(ImageContent content, Path file) throws IOException {
    try (LayerWriter layer = new LayerWriter(file)) {
      layer.text("/bin/weft", launcher(content.mainClass()), LayerWriter.MODE_PROGRAM);
      for (Path jar : content.jars()) {
        layer.copy(jar, ImageContent.LIB + "/" + jar.getFileName());
      }
    }
  }

  /** The command; a small heap and the serial collector, as many agents share one machine here. */
  private static String launcher(String mainClass) {
    return """
        #!/bin/sh
        exec %s/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx256m \\
          --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
          -cp '%s/*' %s "$@"
        """
        .formatted(ImageContent.JRE, ImageContent.LIB, mainClass);
  }
}
