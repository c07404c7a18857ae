package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.config.WeftConfig;
import io.weft.security.files.SecretFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data directory that is being filled, by one process at a time. Everything is written into a
 * directory inside it, and moved to where it belongs as the last act: a data directory is either
 * whole, and on the disk, or was never there.
 */
final class Staging implements AutoCloseable {
  private final HostFiles target;
  private final Path dataDir;
  private final boolean existed;
  private @Nullable DirectoryLock lock;
  private boolean kept;

  private Staging(HostFiles target, Path dataDir) {
    this.target = target;
    this.dataDir = dataDir;
    this.existed = Files.exists(dataDir);
  }

  /**
   * Makes sure that the data directory can be filled, and keeps others from it.
   *
   * @throws ApiException when it belongs to a host already, or cannot be written
   */
  static Staging begin(WeftConfig settings) throws IOException {
    HostFiles target = new HostFiles(settings.dataDir());
    Staging made = new Staging(target, target.directory().toAbsolutePath());
    try {
      checkUnused(target);
      made.prepare();
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void prepare() throws IOException {
    try {
      if (existed && isEmpty()) {
        SecretFiles.narrow(dataDir); // it is ours from now on
      }
      SecretFiles.createDirectory(dataDir);
      lock = DirectoryLock.take(dataDir);
      checkUnused(target); // another may have filled it until the lock was ours
      target.removeLeftovers();
      SecretFiles.createDirectory(staged().directory());
    } catch (AccessDeniedException e) {
      throw new ApiException(
          ErrorKind.NOT_PERMITTED,
          "cannot write %s: run as root, or set dataDir to a directory you may write"
              .formatted(e.getFile()),
          e);
    } catch (FileSystemException e) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "cannot make the data directory %s: %s; set dataDir to another"
              .formatted(dataDir, e.getMessage()),
          e);
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> children = Files.list(dataDir)) {
      return children.findAny().isEmpty();
    }
  }

  private static void checkUnused(HostFiles files) {
    if (files.initialised()) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "%1$s belongs to a host of a cluster already: 'weft leave' where its agent runs, then remove %1$s; or set another dataDir"
              .formatted(files.directory()));
    }
    List<String> leftovers = files.stateWithoutIdentity();
    if (!leftovers.isEmpty()) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "%s has no identity, but %s of a former host; move them away, or set another dataDir"
              .formatted(files.directory(), String.join(", ", leftovers)));
    }
  }

  /** Where everything is to be written. */
  HostFiles staged() {
    return new HostFiles(dataDir.resolve(HostFiles.STAGING));
  }

  /** Moves what was written to where it belongs; on the disk when this returns. */
  void keep() throws IOException {
    List<Path> files;
    try (Stream<Path> children = Files.list(staged().directory())) {
      files = new ArrayList<>(children.toList());
    }
    // The identity last: with it the directory counts as filled.
    files.sort(Comparator.comparing(p -> p.endsWith("identity")));
    for (Path file : files) {
      if (file.endsWith("identity")) {
        SecretFiles.force(dataDir);
      }
      Files.move(file, dataDir.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    kept = true;
    SecretFiles.force(dataDir);
    Path parent = dataDir.getParent();
    if (!existed && parent != null) {
      SecretFiles.force(parent);
    }
  }

  /** Leaves no trace of what was not kept. */
  @Override
  public void close() throws IOException {
    if (lock == null) {
      return;
    }
    HostFiles.deleteTree(staged().directory());
    if (!kept) {
      Files.deleteIfExists(dataDir.resolve(DirectoryLock.FILE));
      if (!existed) {
        Files.deleteIfExists(dataDir);
      }
    }
    lock.close();
  }
}
