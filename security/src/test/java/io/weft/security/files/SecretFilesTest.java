package io.weft.security.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {
  @TempDir Path root;

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<Path> within(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void aSecretIsForItsOwnersEyesInADirectoryThatIsToo() throws IOException {
    Path file = root.resolve("a/b/secret");
    SecretFiles.write(file, new byte[] {1, 2, 3});
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(root.resolve("a/b"))).isEqualTo("rwx------");
    assertThat(mode(root.resolve("a"))).isEqualTo("rwx------");
    assertThat(SecretFiles.read(file)).containsExactly(1, 2, 3);
    assertThat(within(root.resolve("a/b"))).containsExactly(file);
  }

  @Test
  void aWriteReplacesTheFileWholeAndClosesAnOpenOne() throws IOException {
    Path file = root.resolve("secret");
    Files.write(file, new byte[100]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Object old = Files.getAttribute(file, "unix:ino");
    SecretFiles.write(file, new byte[] {7});
    assertThat(SecretFiles.read(file)).containsExactly(7);
    assertThat(mode(file)).isEqualTo("rw-------");
    // Another inode: it was renamed into place, not written over.
    assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(old);
  }

  @Test
  void aWriteThatFailsLeavesTheOldContentAndNoTemporaryFile() throws IOException {
    Path target = root.resolve("taken");
    Path inside = target.resolve("file");
    Files.createDirectory(target);
    Files.write(inside, new byte[] {9});
    assertThatThrownBy(() -> SecretFiles.write(target, new byte[] {1}))
        .isInstanceOf(IOException.class);
    assertThat(Files.readAllBytes(inside)).containsExactly(9);
    assertThat(within(root)).containsExactly(target);
  }

  @Test
  void aFileThatIsFarTooLargeIsNotRead() throws IOException {
    Path file = root.resolve("large");
    Files.write(file, new byte[SecretFiles.MAX_BYTES + 1]);
    assertThatThrownBy(() -> SecretFiles.read(file)).hasMessageContaining("at most");
  }
}
