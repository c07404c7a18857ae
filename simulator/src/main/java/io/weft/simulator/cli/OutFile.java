package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes when its work is done. */
final class OutFile {
  private OutFile() {}

  /**
   * Fails before long work, not after it; nothing is written yet.
   *
   * @throws ApiException when no file can be written there
   */
  static void check(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || Files.isDirectory(file)) {
      throw refusal(file, "it is a directory; name a file");
    }
    if (!Files.isDirectory(parent)) {
      throw refusal(file, "there is no directory " + parent + "; make it first");
    }
    if (!Files.isWritable(Files.exists(file) ? file : parent)) {
      throw refusal(file, "no permission; run as its owner, or write elsewhere");
    }
  }

  private static ApiException refusal(Path file, String why) {
    return new ApiException(ErrorKind.USAGE, "cannot write " + file + ": " + why);
  }
}
