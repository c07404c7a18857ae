package io.weft.security.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that hold secrets. A write either leaves the old content or the new one, never a mixture,
 * also when the machine loses power: the bytes go to a temporary file beside the target, are forced
 * to disk, renamed over it, and the directory is forced too. The file is 0600 from its first
 * moment; a directory that has to be created is 0700.
 */
public final class SecretFiles {
  /** Larger files than this are refused by {@link #read}: no secret of ours comes near it. */
  public static final int MAX_BYTES = 1 << 20;

  private static final String TEMPORARY = ".weft-tmp";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private SecretFiles() {}

  /**
   * Replaces the content of a file.
   *
   * @throws IOException when the file cannot be written; the old content is then still in place
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path target = file.toAbsolutePath();
    Path directory = target.getParent();
    Path name = target.getFileName();
    if (directory == null || name == null) {
      throw new IOException("not a file that can be written: " + file);
    }
    createDirectory(directory);
    Path temporary =
        Files.createTempFile(directory, "." + name, TEMPORARY, permissions(OWNER_ONLY));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(directory);
  }

  /** Removes what writers that were killed left in a directory. Nobody may be writing there. */
  public static void removeTemporaries(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(SecretFiles::isTemporary).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isTemporary(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(".") && name.endsWith(TEMPORARY) && Files.isRegularFile(file);
  }

  /**
   * Reads a whole file.
   *
   * @throws NoSuchFileException when there is none
   * @throws IOException when it cannot be read, or is larger than {@link #MAX_BYTES}
   */
  public static byte[] read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new IOException(file + " has " + size + " bytes; at most " + MAX_BYTES + " are read");
    }
    return Files.readAllBytes(file);
  }

  /**
   * Creates a directory, and those above it, for the owner's eyes only; one that exists is left as
   * it is.
   */
  public static void createDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, permissions(OWNER_ONLY_DIRECTORY));
    }
  }

  private static FileAttribute<?>[] permissions(Set<PosixFilePermission> permissions) {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
  }

  /** Takes a directory of this user's from everybody else's eyes. */
  public static void narrow(Path directory) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, OWNER_ONLY_DIRECTORY);
    }
  }

  /** Brings the names in a directory to the disk. */
  public static void force(Path directory) throws IOException {
    // Only after this does the new name survive a power cut.
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
