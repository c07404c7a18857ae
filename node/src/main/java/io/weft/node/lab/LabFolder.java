package io.weft.node.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one lab: {@code /run/weft-lab/NAME} for root, {@code
 * ${XDG_RUNTIME_DIR:-/tmp}/weft-lab-UID/NAME} for an ordinary user, whose launcher looks there for
 * the file "holder".
 */
final class LabFolder {
  /** Where the machine's named namespaces are, as {@code ip netns} has them. */
  static final Path NAMED_NAMESPACES = Path.of("/run/netns");

  /** Short enough for names of devices, namespaces and sockets. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,15}");

  private static final String STATE = "state.json";
  private static final String LOCK = "lock";
  private static final String HOLDER = "holder";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path root;
  private final String name;
  private final boolean machineRoot;

  LabFolder(Path root, String name, boolean machineRoot) {
    if (!NAME.matcher(name).matches()) {
      throw new ApiException(
          ErrorKind.USAGE, "'" + name + "' is no name for a lab: take up to 16 of a-z, 0-9 and -");
    }
    this.root = root;
    this.name = name;
    this.machineRoot = machineRoot;
  }

  /** The folder where it belongs for whoever runs this. */
  static LabFolder of(String name) {
    long outerUser = outerUser();
    if (outerUser == 0) {
      return new LabFolder(Path.of("/run/weft-lab"), name, true);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    Path base = Path.of(runtime == null || runtime.isEmpty() ? "/tmp" : runtime);
    return new LabFolder(base.resolve("weft-lab-" + outerUser), name, false);
  }

  /** Who we are outside of our user namespace (user_namespaces(7)); 0 for the machine's root. */
  private static long outerUser() {
    try {
      long inner = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
      for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
        String[] range = line.strip().split("\\s+", -1);
        long first = Long.parseLong(range[0]);
        if (inner >= first && inner < first + Long.parseLong(range[2])) {
          return inner - first + Long.parseLong(range[1]);
        }
      }
      return inner;
    } catch (IOException e) {
      throw new UncheckedIOException("/proc is not readable", e);
    }
  }

  String name() {
    return name;
  }

  /** Whether namespaces can be given names under /run/netns. */
  boolean machineRoot() {
    return machineRoot;
  }

  Path path() {
    return root.resolve(name);
  }

  Path host(int host) {
    return path().resolve("h" + host);
  }

  Path socket(int host) {
    return host(host).resolve("weft.sock");
  }

  Path config(int host) {
    return host(host).resolve("weft.yaml");
  }

  Path log(int host) {
    return host(host).resolve("agent.log");
  }

  boolean exists() {
    return Files.exists(path(), LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes the folder; it and the one above belong to us alone. */
  void create() throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(root.getParent());
      Files.createDirectory(root, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    if (Files.isSymbolicLink(root)
        || !Files.getOwner(root).equals(Files.getOwner(Path.of("/proc/self")))) {
      // Another user may have made it first where everybody can write.
      throw new ApiException(
          ErrorKind.NOT_PERMITTED,
          root + " belongs to somebody else: remove it or set XDG_RUNTIME_DIR");
    }
    Files.createDirectory(path(), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Keeps other commands on this lab out until closed. */
  FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(path().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  void write(LabState state) throws IOException {
    replace(STATE, MAPPER.writeValueAsBytes(state));
    LabState.Namespace wire = state.wire();
    if (wire != null) {
      replace(
          HOLDER,
          Integer.toString(wire.holder().pid())
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  private void replace(String file, byte[] content) throws IOException {
    Path fresh = path().resolve(file + ".new");
    Files.write(fresh, content);
    Files.move(
        fresh,
        path().resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** The state, empty when there is none that can be read. */
  Optional<LabState> read() {
    try {
      return Optional.of(
          MAPPER.readValue(Files.readAllBytes(path().resolve(STATE)), LabState.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where the machine's root names the namespace of a host. */
  Path boundNamespace(String suffix) {
    return NAMED_NAMESPACES.resolve(boundPrefix() + suffix);
  }

  private String boundPrefix() {
    return "weft-" + name + "-";
  }

  /** All namespaces that carry names of this lab, whether they are in its state or not. */
  List<Path> boundNamespaces() throws IOException {
    Pattern ours = Pattern.compile(Pattern.quote(boundPrefix()) + "(wire|h\\d+)");
    try (Stream<Path> files = Files.list(NAMED_NAMESPACES)) {
      return files.filter(file -> ours.matcher(file.getFileName().toString()).matches()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Removes the folder with all that is in it, and the one above when it is empty. */
  void delete() throws IOException {
    if (exists()) {
      try (Stream<Path> files = Files.walk(path())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
    try {
      Files.deleteIfExists(root);
    } catch (DirectoryNotEmptyException e) {
      // Another lab lives beside.
      return;
    }
  }
}
