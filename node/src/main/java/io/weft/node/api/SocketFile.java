package io.weft.node.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/** The file of a Unix socket: who may have it, and who may use it. */
final class SocketFile {
  /** The group whose members may talk to the agent besides its owner. */
  static final String GROUP = "weft";

  /** {@code sun_path} of {@code sockaddr_un} (unix(7)) holds 108 bytes with its end. */
  static final int MAX_PATH_BYTES = 107;

  private SocketFile() {}

  /**
   * Makes way for a listener at this path: the folder exists afterwards and a file that a dead
   * agent left behind does not.
   *
   * @throws ApiException of kind REFUSED when a living agent or another file is there
   */
  static void claim(Path path) {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      throw new ApiException(
          ErrorKind.USAGE,
          "the socket path "
              + path
              + " is longer than "
              + MAX_PATH_BYTES
              + " bytes: name a shorter one");
    }
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        makeFolder(folder);
      }
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        throw new ApiException(
            ErrorKind.REFUSED,
            path + " is there and is not a socket: remove it or name another path");
      }
      if (isAlive(path)) {
        throw new ApiException(
            ErrorKind.REFUSED,
            "another agent is listening on " + path + ": stop it, or name another socket");
      }
      Files.delete(path);
    } catch (FileSystemException e) {
      throw new ApiException(
          ErrorKind.NOT_PERMITTED, "cannot make the socket " + path + ": " + reason(e), e);
    } catch (IOException e) {
      throw new ApiException(
          ErrorKind.REFUSED, "cannot make the socket " + path + ": " + e.getMessage(), e);
    }
  }

  /** Makes it so that the group can pass through it, whatever the process gives its files. */
  private static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path above = folder.getParent();
    if (above != null) {
      makeFolder(above);
    }
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Lets the owner and the group {@value #GROUP}, where it exists, use the socket; nobody else. */
  static void restrict(Path path) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
    try {
      GroupPrincipal group =
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
      view.setGroup(group);
    } catch (UserPrincipalNotFoundException e) {
      // No such group on this host: the owner alone (and root) may use it.
      view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
    } catch (FileSystemException e) {
      // The group exists, but we are neither root nor in it; then the socket stays with our group.
      view.setPermissions(PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static boolean isAlive(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      return false;
    }
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? e.getClass().getSimpleName() + " " + e.getFile() : e.getReason();
  }
}
