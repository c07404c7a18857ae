package io.weft.vxlan.user;

import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.esp.AeadProvider;
import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.netns.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The userspace encryptor of one host: a private network namespace whose only link is a TAP device,
 * a UDP socket in the host's namespace, and the thread between them. VXLAN devices that were made
 * in the private namespace have no other way out than through here (INV-SEC-1); when the thread,
 * this object or the process ends, there is none.
 *
 * <p>{@code publish} is for one thread at a time, the readers for any.
 */
public final class UserEncryptor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UserEncryptor.class);

  /** What went to and came from one peer, through all its keys. Bytes are of ESP packets. */
  public record PeerStats(
      long txPackets,
      long rxPackets,
      long txBytes,
      long rxBytes,
      long replayDrops,
      long authDrops,
      @Nullable String lastError) {}

  private final NetworkNamespace inside;
  private final TapDevice tap;
  private final EspSocket socket;
  private final int wake;
  private final Arena arena;
  private final EncryptorLoop loop;
  private final SaStore store;
  private final AeadProvider crypto;
  private final Thread thread;
  private volatile @Nullable String failure;
  private boolean closed;

  private UserEncryptor(
      NetworkNamespace inside,
      TapDevice tap,
      EspSocket socket,
      InetAddress local,
      int vxlanPort,
      AeadProvider crypto) {
    this.inside = inside;
    this.tap = tap;
    this.socket = socket;
    this.crypto = crypto;
    wake = Descriptors.eventfd(0, Descriptors.EFD_NONBLOCK | Descriptors.EFD_CLOEXEC);
    arena = Arena.ofShared();
    loop = new EncryptorLoop(arena, tap, socket.fd(), wake, local, vxlanPort);
    store = new SaStore(crypto);
    thread = Thread.ofPlatform().name("weft-encryptor").daemon(true).unstarted(this::work);
  }

  /**
   * Makes the private namespace, its device and the socket, the latter in the calling thread's
   * namespace; starts the thread. Nothing passes before the first {@link #publish}.
   *
   * @param local the host's underlay address, which is also the VTEP's
   * @param espPort UDP port of the socket
   * @param vxlanPort UDP port of the VXLAN devices; nothing else is let through
   * @param superFrames whether several packets may pass the kernel as one, if it knows how
   * @throws io.weft.vxlan.ffi.MissingCapabilityException when the process may not
   * @throws io.weft.vxlan.ffi.LibcException when the socket cannot be had
   */
  public static UserEncryptor open(
      InetAddress local, int espPort, int vxlanPort, AeadProvider crypto, boolean superFrames) {
    EspSocket socket = EspSocket.open(local, espPort);
    @Nullable NetworkNamespace inside = null;
    @Nullable TapDevice tap = null;
    try {
      inside = NetworkNamespace.createPrivate();
      tap = TapDevice.open(inside, local, superFrames);
      UserEncryptor made = new UserEncryptor(inside, tap, socket, local, vxlanPort, crypto);
      made.thread.start();
      return made;
    } catch (RuntimeException | Error e) {
      socket.close();
      if (tap != null) {
        tap.close();
      }
      if (inside != null) {
        inside.close();
      }
      throw e;
    }
  }

  private void work() {
    try {
      loop.run();
    } catch (RuntimeException | Error e) {
      // Fail closed: without this thread nothing goes in or out.
      failure = "the encryptor has stopped: " + e.getMessage();
      LOG.error("The encryptor has stopped; no overlay frame leaves or enters this host", e);
    }
  }

  /** The namespace in which VXLAN devices must be made; stays this object's. */
  public NetworkNamespace inside() {
    return inside;
  }

  /** The implementation of AES-GCM in use, for people. */
  public String cryptoName() {
    return crypto.name();
  }

  /**
   * These tunnels and no others from the next packet on.
   *
   * @throws IllegalArgumentException when they would break INV-SEC-2; then nothing changes
   */
  public void publish(List<DesiredTunnel> tunnels) {
    loop.publish(store.build(tunnels));
  }

  /** How packets pass the kernel, for people. */
  public String offload() {
    return tap.takesSuperFrames()
        ? "super-frames through the kernel"
        : "single packets through the kernel (Linux 6.17 has what would make it faster)";
  }

  /** What went to and came from a peer of the last published tunnels. */
  public Optional<PeerStats> stats(InetAddress peer) {
    return Optional.ofNullable(store.counters(peer))
        .map(
            c ->
                new PeerStats(
                    c.txPackets.get(),
                    c.rxPackets.get(),
                    c.txBytes.get(),
                    c.rxBytes.get(),
                    c.replayDrops.get(),
                    c.authDrops.get(),
                    c.lastError));
  }

  /** Packets that were not passed on since the start, by cause; every cause is in it. */
  public Map<DropCause, Long> drops() {
    Map<DropCause, Long> all = new EnumMap<>(DropCause.class);
    for (DropCause cause : DropCause.values()) {
      all.put(cause, loop.drops(cause));
    }
    return all;
  }

  /** Why nothing passes any more; empty while the thread runs. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Stops the thread and closes everything; VXLAN devices made inside go with the namespace. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    loop.stop();
    try (Arena once = Arena.ofConfined()) {
      long _ = Descriptors.tryWrite(wake, once.allocateFrom(ValueLayout.JAVA_LONG, 1L), Long.BYTES);
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        // Its descriptors must not be closed, and reused by others, while it still uses them.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    failure = "the encryptor has been closed";
    socket.close();
    tap.close();
    inside.close();
    Descriptors.close(wake);
    arena.close();
  }
}
