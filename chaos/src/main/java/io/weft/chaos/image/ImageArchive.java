package io.weft.chaos.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Packs layers as {@code docker load} takes them: layers, a configuration and a manifest. */
final class ImageArchive {
  /** The same for every image, so that the same content gives the same bytes. */
  private static final String CREATED = "1970-01-01T00:00:00Z";

  private ImageArchive() {}

  /**
   * Writes the archive.
   *
   * @param tag the image's name and tag
   * @param layers plain tar files, the lowest first
   */
  static void write(String tag, List<Path> layers, Path archive) throws IOException {
    String configuration = configuration(layers).toString();
    String configurationName =
        new ContentHash().text(configuration).hex() + ".json"; // any unique name will do
    ArrayNode manifest = JsonNodeFactory.instance.arrayNode();
    ObjectNode image = manifest.addObject();
    image.put("Config", configurationName);
    image.putArray("RepoTags").add(tag);
    ArrayNode names = image.putArray("Layers");
    try (LayerWriter tar = new LayerWriter(archive)) {
      for (int i = 0; i < layers.size(); i++) {
        String name = "layer" + i + ".tar";
        names.add(name);
        tar.copy(layers.get(i), name);
      }
      tar.text(configurationName, configuration, LayerWriter.MODE_FILE);
      tar.text("manifest.json", manifest.toString(), LayerWriter.MODE_FILE);
    }
  }

  private static ObjectNode configuration(List<Path> layers) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("architecture", architecture());
    node.put("os", "linux");
    node.put("created", CREATED);
    ObjectNode config = node.putObject("config");
    config
        .putArray("Env")
        .add("PATH=/usr/bin:/bin:" + ImageContent.JRE + "/bin")
        .add("JAVA_HOME=" + ImageContent.JRE);
    config.putArray("Cmd").add("weft").add("agent");
    config.put("WorkingDir", "/root");
    ObjectNode rootfs = node.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode hashes = rootfs.putArray("diff_ids");
    ArrayNode history = node.putArray("history");
    for (Path layer : layers) {
      hashes.add("sha256:" + ContentHash.ofFile(layer));
      history.addObject().put("created", CREATED).put("created_by", "weft chaos");
    }
    return node;
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case String other ->
          throw new ImageException("no image can be made for the processor " + other);
    };
  }
}
