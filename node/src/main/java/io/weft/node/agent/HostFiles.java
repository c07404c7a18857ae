package io.weft.node.agent;

import io.weft.overlay.agent.HostOptions.SavedRegistry;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.registry.Blob;
import io.weft.security.files.SecretFiles;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeys;
import io.weft.security.keyring.KeyringFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a host keeps in its data directory, and where. Every file is written whole, to another name,
 * synced and renamed, and can be read by its owner only.
 *
 * <pre>
 * identity/       key.pem, cert.pem, ca.pem: who this host is
 * gossip-keys     the secrets of the gossip keyring
 * ca-key.wrapped  only on the host that founds the cluster, until it has
 * generation      the number of the last start
 * peers.json      where the other members were, under a checksum
 * endpoints.json  the endpoints attached here, under a checksum
 * registry        the registry as this host last knew it
 * raft/           the consensus engine's log
 * audit.log       joins, refusals, changes, each line chained to the one before
 * </pre>
 */
public final class HostFiles {
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  /** State grows with the host's endpoints and the cluster's networks, beyond a secret's bound. */
  private static final long MAX_STATE_BYTES = 64L << 20;

  private static final long MAX_PEERS_BYTES = 1L << 20;

  private static final List<String> OWN_NAMES =
      List.of(
          "identity",
          "gossip-keys",
          "ca-key.wrapped",
          "generation",
          "peers.json",
          "endpoints.json",
          "registry",
          "raft",
          "audit.log",
          DirectoryLock.FILE);

  /** Where a data directory is filled before anything of it counts. */
  static final String STAGING = ".new";

  private static final List<String> STATE = List.of("raft", "registry", "endpoints.json");

  private final Path directory;

  /** The files under this data directory. */
  public HostFiles(Path directory) {
    this.directory = directory;
  }

  /** The data directory. */
  public Path directory() {
    return directory;
  }

  /** Where the identity lies. */
  public Path identity() {
    return directory.resolve("identity");
  }

  /** Whether this data directory belongs to a host of some cluster. */
  public boolean initialised() {
    return Files.exists(identity().resolve(NodeIdentity.CERTIFICATE_FILE));
  }

  /** What a host with another identity must not take up: state that was kept under a former one. */
  List<String> stateWithoutIdentity() {
    return initialised()
        ? List.of()
        : STATE.stream().filter(name -> Files.exists(directory.resolve(name))).toList();
  }

  /** The gossip keyring's file. */
  public Path gossipKeys() {
    return directory.resolve("gossip-keys");
  }

  /** The CA's private key, sealed to this host; only where a cluster is being founded. */
  public Path wrappedCaKey() {
    return directory.resolve("ca-key.wrapped");
  }

  /** The consensus engine's directory. */
  public Path raft() {
    return directory.resolve("raft");
  }

  /** The audit log. */
  public Path auditLog() {
    return directory.resolve("audit.log");
  }

  private Path peers() {
    return directory.resolve("peers.json");
  }

  private Path endpoints() {
    return directory.resolve("endpoints.json");
  }

  private Path registry() {
    return directory.resolve("registry");
  }

  private Path generation() {
    return directory.resolve("generation");
  }

  /** Who this host is. */
  public NodeIdentity loadIdentity() throws IOException {
    return NodeIdentity.load(identity());
  }

  /** The gossip secrets. */
  public GossipKeys loadGossipKeys() throws IOException {
    return KeyringFile.load(gossipKeys());
  }

  /** Keeps them. */
  public void saveGossipKeys(GossipKeys keys) throws IOException {
    KeyringFile.save(gossipKeys(), keys);
  }

  /**
   * Begins a new generation: higher than any before, also when the clock went back, and about the
   * wall clock's milliseconds, so that it rises even when the file was lost.
   */
  public long nextGeneration(long wallMillis) throws IOException {
    long last = 0;
    if (Files.exists(generation())) {
      String text = Files.readString(generation()).strip();
      try {
        last = Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new IOException(
            generation() + " holds no number; write the number of the last start into it", e);
      }
    }
    long next = Math.max(last + 1, wallMillis);
    SecretFiles.write(generation(), Long.toString(next).getBytes(StandardCharsets.US_ASCII));
    return next;
  }

  /**
   * Removes what a process that was killed left of files that it had not finished; they may hold
   * secrets.
   */
  void removeLeftovers() throws IOException {
    deleteTree(directory.resolve(STAGING));
    for (Path folder : List.of(directory, identity())) {
      if (Files.isDirectory(folder)) {
        SecretFiles.removeTemporaries(folder);
      }
    }
  }

  /** Removes a directory and all in it, if it is there. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Removes what a host keeps, and the directory if nothing else is in it. */
  public void purge() throws IOException {
    for (String name : OWN_NAMES) {
      deleteTree(directory.resolve(name));
    }
    removeLeftovers();
    try (Stream<Path> rest = Files.list(directory)) {
      if (rest.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(directory);
  }

  /** The cluster is founded: the key is in the registry now, and never founds another. */
  public void forgetWrappedCaKey() throws IOException {
    Files.deleteIfExists(wrappedCaKey());
  }

  /** The sealed CA key of a founding host, or null. */
  public @Nullable Blob loadWrappedCaKey() throws IOException {
    return Files.exists(wrappedCaKey()) ? Blob.of(SecretFiles.read(wrappedCaKey())) : null;
  }

  /**
   * Where the other members were when this was last saved.
   *
   * @throws IOException with one line, when the file is damaged
   */
  public List<KnownPeer> loadPeers() throws IOException {
    if (!Files.exists(peers())) {
      return List.of();
    }
    try {
      return PeersFile.read(readBounded(peers(), MAX_PEERS_BYTES));
    } catch (IOException e) {
      throw new IOException(peers() + " is damaged", e);
    }
  }

  /** Whether this host ever knew another member. */
  public boolean metOthers() {
    return Files.exists(peers());
  }

  /** Keeps where the other members are. */
  public void savePeers(List<KnownPeer> peers) throws IOException {
    SecretFiles.write(peers(), PeersFile.write(peers));
  }

  /** What this host knew of its endpoints when it was last saved. */
  public LocalState loadLocal() throws IOException {
    if (!Files.exists(endpoints())) {
      return LocalState.NONE;
    }
    try {
      return LocalStateFile.read(readBounded(endpoints(), MAX_STATE_BYTES));
    } catch (IOException e) {
      throw damaged(endpoints(), e);
    }
  }

  /** Keeps it. */
  public void saveLocal(LocalState state) throws IOException {
    SecretFiles.write(endpoints(), LocalStateFile.write(state));
  }

  /** The registry as it was last kept here, or null. */
  public @Nullable SavedRegistry loadRegistry() throws IOException {
    if (!Files.exists(registry())) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(readBounded(registry(), MAX_STATE_BYTES));
    if (bytes.remaining() < CHECKSUM_BYTES + Long.BYTES) {
      throw damaged(registry(), null);
    }
    int checksum = bytes.getInt();
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    if ((int) crc.getValue() != checksum) {
      throw damaged(registry(), null);
    }
    long index = bytes.getLong();
    byte[] state = Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit());
    return new SavedRegistry(index, Blob.of(state));
  }

  /** Keeps the registry, under a checksum. */
  public void saveRegistry(long index, byte[] state) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(CHECKSUM_BYTES + Long.BYTES + state.length);
    bytes.position(CHECKSUM_BYTES).putLong(index).put(state);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), CHECKSUM_BYTES, bytes.limit() - CHECKSUM_BYTES);
    bytes.putInt(0, (int) crc.getValue());
    SecretFiles.write(registry(), bytes.array());
  }

  private static byte[] readBounded(Path file, long maxBytes) throws IOException {
    if (Files.size(file) > maxBytes) {
      throw damaged(file, null);
    }
    return Files.readAllBytes(file);
  }

  private static IOException damaged(Path file, @Nullable Exception cause) {
    return new IOException(
        file + " is damaged; move it away: the agent then learns anew what it can", cause);
  }
}
