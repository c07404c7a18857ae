package io.weft.chaos.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes one layer of an image as a tar file. The same content gives the same bytes: everything is
 * root's and as old as the epoch. Directories above an entry are made as needed.
 */
final class LayerWriter implements AutoCloseable {
  static final int MODE_DIRECTORY = 0755;
  static final int MODE_PROGRAM = 0755;
  static final int MODE_FILE = 0644;

  private final TarArchiveOutputStream tar;
  private final TreeSet<String> made = new TreeSet<>();

  LayerWriter(Path file) throws IOException {
    tar = new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /** A directory; {@code path} is absolute within the image. */
  void directory(String path, int mode) throws IOException {
    String name = relative(path) + "/";
    if (made.add(name)) {
      parents(name.substring(0, name.length() - 1));
      put(new TarArchiveEntry(name), mode);
      tar.closeArchiveEntry();
    }
  }

  void link(String path, String target) throws IOException {
    if (made.add(relative(path))) {
      parents(relative(path));
      TarArchiveEntry entry = new TarArchiveEntry(relative(path), TarConstants.LF_SYMLINK);
      entry.setLinkName(target);
      put(entry, 0777);
      tar.closeArchiveEntry();
    }
  }

  void text(String path, String content, int mode) throws IOException {
    if (made.add(relative(path))) {
      parents(relative(path));
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry(relative(path));
      entry.setSize(bytes.length);
      put(entry, mode);
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
  }

  /** A copy of a file; a symbolic link is followed. */
  void copy(Path source, String path) throws IOException {
    if (made.add(relative(path))) {
      parents(relative(path));
      Path real = source.toRealPath();
      TarArchiveEntry entry = new TarArchiveEntry(relative(path));
      entry.setSize(Files.size(real));
      put(entry, Files.isExecutable(real) ? MODE_PROGRAM : MODE_FILE);
      Files.copy(real, tar);
      tar.closeArchiveEntry();
    }
  }

  /** A copy of everything below a directory, in the order of names; links stay links. */
  void tree(Path directory, String path) throws IOException {
    directory(path, MODE_DIRECTORY);
    List<Path> entries;
    try (Stream<Path> walk = Files.list(directory)) {
      entries = walk.sorted().toList();
    }
    for (Path entry : entries) {
      String inside = path + "/" + entry.getFileName();
      if (Files.isSymbolicLink(entry)) {
        link(inside, Files.readSymbolicLink(entry).toString());
      } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        tree(entry, inside);
      } else {
        copy(entry, inside);
      }
    }
  }

  @Override
  public void close() {
    try {
      tar.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(TarArchiveEntry entry, int mode) throws IOException {
    entry.setMode(mode);
    entry.setModTime(0);
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    tar.putArchiveEntry(entry);
  }

  private void parents(String name) throws IOException {
    int slash = name.lastIndexOf('/');
    if (slash > 0) {
      directory("/" + name.substring(0, slash), MODE_DIRECTORY);
    }
  }

  private static String relative(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }
}
