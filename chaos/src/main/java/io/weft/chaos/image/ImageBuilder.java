package io.weft.chaos.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Makes the agents' image and loads it into an engine. The tag is a hash of the content, so that an
 * image that is there already is taken as it is; the lower layer is kept as a file between runs.
 */
public final class ImageBuilder {
  /** The image's name; its tag is the content's hash. */
  public static final String REPOSITORY = "weft-chaos";

  private static final int TAG_CHARACTERS = 16;

  private final DockerClient docker;
  private final Path cache;

  /**
   * A builder.
   *
   * @param docker the engine that the image is loaded into
   * @param cache a directory for layers, made when it is not there; may be deleted at any time
   */
  public ImageBuilder(DockerClient docker, Path cache) {
    this.docker = docker;
    this.cache = cache;
  }

  /**
   * Makes sure that the image is in the engine.
   *
   * @return the image's name with its tag
   * @throws ImageException when it cannot be made
   */
  public String ensure(ImageContent content) {
    String base = content.baseHash();
    String hash = new ContentHash().text(base).text(content.appHash()).hex();
    String tag = REPOSITORY + ":" + hash.substring(0, TAG_CHARACTERS);
    if (!present(tag)) {
      try {
        Files.createDirectories(cache);
        load(content, base, tag);
      } catch (IOException e) {
        throw new ImageException("cannot make the image in " + cache + ": " + e.getMessage(), e);
      }
      if (!present(tag)) {
        throw new ImageException("the engine did not take the image " + tag);
      }
    }
    return tag;
  }

  private void load(ImageContent content, String baseHash, String tag) throws IOException {
    Path scratch = Files.createTempDirectory(cache, "making-");
    try {
      Path base = cache.resolve("base-" + baseHash.substring(0, TAG_CHARACTERS) + ".tar");
      if (!Files.exists(base)) {
        Path unfinished = scratch.resolve("base.tar");
        BaseLayer.write(content, scratch, unfinished);
        Files.move(unfinished, base, StandardCopyOption.ATOMIC_MOVE);
      }
      Path app = scratch.resolve("app.tar");
      AppLayer.write(content, app);
      Path archive = scratch.resolve("image.tar");
      ImageArchive.write(tag, List.of(base, app), archive);
      try (InputStream in = Files.newInputStream(archive)) {
        docker.loadImageCmd(in).exec();
      }
    } finally {
      BaseLayer.deleteTree(scratch);
    }
  }

  private boolean present(String tag) {
    try {
      docker.inspectImageCmd(tag).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
