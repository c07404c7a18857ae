package io.weft.overlay.registry.atomix;

import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says what the directory's log is worth: that of a voter, which must never be forgotten, or that
 * of a node which began to join. Without it, the directory holds nothing that anybody relies on.
 */
final class StateFile {
  /** How far this node came. */
  enum Stage {
    JOINING,
    VOTER
  }

  /** A stage, and the voters that are asked while joining. */
  record Content(Stage stage, List<NodeId> voters) {}

  private static final String NAME = "state";

  private final Path directory;

  StateFile(Path directory) {
    this.directory = directory;
  }

  Optional<Content> read() {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      return Optional.of(
          new Content(
              Stage.valueOf(lines.getFirst()), lines.stream().skip(1).map(NodeId::new).toList()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          file + " is damaged: take this node out of the voters, and let it join anew", e);
    }
  }

  /** Replaces the file in one step, on disk when this returns. */
  void write(Stage stage, List<NodeId> voters) {
    StringBuilder text = new StringBuilder(stage.name()).append('\n');
    voters.forEach(voter -> text.append(voter.hex()).append('\n'));
    Path temporary = directory.resolve(NAME + ".tmp");
    try {
      Files.createDirectories(directory);
      Files.writeString(temporary, text);
      sync(temporary, StandardOpenOption.WRITE);
      Files.move(
          temporary,
          directory.resolve(NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      sync(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
  }

  /** Empties the directory; the stage goes first, so that a half-emptied one counts as empty. */
  void wipe() {
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(directory.resolve(NAME));
      sync(directory, StandardOpenOption.READ);
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + directory, e);
    }
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}
