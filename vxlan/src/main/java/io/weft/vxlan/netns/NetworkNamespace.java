package io.weft.vxlan.netns;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.ffi.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Linux network namespace, held by a file descriptor (network_namespaces(7)).
 *
 * <p>A namespace belongs to a thread, not to the process. {@link #call} therefore runs its work on
 * a platform thread of its own, which enters the namespace and then ends: no pooled thread is ever
 * left in the wrong namespace. Sockets and devices made in the call stay where they were made,
 * whoever uses their descriptors later.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final String MEND =
      "run as root, or as an ordinary user inside 'unshare -Urnm', or give the service this"
          + " capability";

  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NetworkNamespace(int fd) {
    this.fd = fd;
  }

  /**
   * Opens a namespace by any path that nsenter(1) takes: {@code /run/netns/NAME}, {@code
   * /proc/PID/ns/net}.
   *
   * @throws LibcException when there is none
   */
  public static NetworkNamespace open(Path path) {
    return new NetworkNamespace(
        Descriptors.open(path.toString(), Descriptors.O_RDONLY | Descriptors.O_CLOEXEC));
  }

  /** The namespace of the calling thread. */
  public static NetworkNamespace current() {
    return open(Path.of("/proc/thread-self/ns/net"));
  }

  /**
   * Makes a namespace that has no name: it lives as long as this object, a thread or process in it,
   * or a socket made in it.
   *
   * @throws MissingCapabilityException without CAP_SYS_ADMIN
   */
  public static NetworkNamespace createPrivate() {
    return onFreshThread(
        "weft-netns-create",
        () -> {
          try {
            Processes.unshare(Processes.CLONE_NEWNET);
          } catch (LibcException e) {
            if (e.notPermitted()) {
              throw new MissingCapabilityException(
                  "CAP_SYS_ADMIN", "create a network namespace", MEND, e);
            }
            throw e;
          }
          return current();
        });
  }

  /**
   * Runs {@code work} inside the namespace and waits for it. Child processes that it starts inherit
   * the namespace, and so do threads: start no long-lived thread here unless it is to stay.
   *
   * @return what {@code work} returned
   * @throws MissingCapabilityException without CAP_SYS_ADMIN
   * @throws RuntimeException what {@code work} threw; a checked exception is wrapped in {@link
   *     CompletionException}
   */
  public <T> T call(Callable<T> work) {
    int target = fd();
    return onFreshThread(
        "weft-netns-call",
        () -> {
          enter(target);
          return work.call();
        });
  }

  /** As {@link #call}, for work without a result. */
  public void run(Runnable work) {
    int target = fd();
    Boolean _ =
        onFreshThread(
            "weft-netns-call",
            () -> {
              enter(target);
              work.run();
              return true;
            });
  }

  /** Moves the calling thread into this namespace for good: only for threads that own it. */
  public void enterForGood() {
    enter(fd());
  }

  private static void enter(int fd) {
    try {
      Processes.setns(fd, Processes.CLONE_NEWNET);
    } catch (LibcException e) {
      if (e.notPermitted()) {
        throw new MissingCapabilityException("CAP_SYS_ADMIN", "enter a network namespace", MEND, e);
      }
      throw e;
    }
  }

  private static <T> T onFreshThread(String name, Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .daemon(true)
            .start(
                () -> {
                  try {
                    done.complete(work.call());
                  } catch (Throwable t) {
                    done.completeExceptionally(t);
                  }
                });
    try {
      T result = done.join();
      thread.join();
      return result;
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException r -> throw r;
        case Error r -> throw r;
        case null, default -> throw e;
      }
    } catch (InterruptedException e) {
      // The work is done; only the thread's last instructions were not waited for.
      Thread.currentThread().interrupt();
      return done.join();
    }
  }

  /**
   * The descriptor, for netlink's IFLA_NET_NS_FD. It stays this object's.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public int fd() {
    if (closed.get()) {
      throw new IllegalStateException("this network namespace has been closed");
    }
    return fd;
  }

  /** Whether both are the same namespace. */
  public boolean sameAs(NetworkNamespace other) {
    try {
      return identity(fd()).equals(identity(other.fd()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A namespace's inode is its identity; the link's text is not, once it has been bound. */
  private static Object identity(int fd) throws IOException {
    return Files.getAttribute(Path.of("/proc/self/fd/" + fd), "unix:ino");
  }

  /**
   * Gives the namespace a name in the file system, as {@code ip netns add} does: from then on it
   * outlives this process, until {@link #unbind}.
   *
   * @throws MissingCapabilityException without CAP_SYS_ADMIN over the mount namespace
   */
  public void bindTo(Path path) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.createFile(path);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException("there is already a namespace at " + path, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the mount point " + path, e);
    }
    try {
      Processes.mount("/proc/self/fd/" + fd(), path, "none", Processes.MS_BIND);
    } catch (LibcException e) {
      deleteQuietly(path);
      throw notPermitted(e);
    }
  }

  /**
   * Makes a directory of named namespaces a shared mount of its own, as the first {@code ip netns
   * add} after a boot does. Without that, that first one would mount the directory over itself with
   * all names in it, each of which would be mounted twice then: {@link #unbind} could undo one of
   * the two only.
   *
   * @throws MissingCapabilityException without CAP_SYS_ADMIN over the mount namespace
   */
  public static void shareNames(Path directory) {
    try {
      Files.createDirectories(directory);
      if (!isShared(directory)) {
        Processes.mount(
            directory.toString(), directory, "none", Processes.MS_BIND | Processes.MS_REC);
        share(directory);
      }
    } catch (LibcException e) {
      throw notPermitted(e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory, e);
    }
  }

  /** Makes it shared if it is a mount at all. */
  private static boolean isShared(Path directory) {
    try {
      share(directory);
      return true;
    } catch (LibcException e) {
      if (e.errno() == Errno.EINVAL) {
        return false;
      }
      throw e;
    }
  }

  private static void share(Path directory) {
    Processes.mount("", directory, "none", Processes.MS_SHARED | Processes.MS_REC);
  }

  private static RuntimeException notPermitted(LibcException e) {
    return e.notPermitted()
        ? new MissingCapabilityException("CAP_SYS_ADMIN", "name a network namespace", MEND, e)
        : e;
  }

  /** Undoes {@link #bindTo}: unmounts and deletes the file; does nothing when there is none. */
  public static void unbind(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try {
      Processes.umount2(path, Processes.MNT_DETACH);
    } catch (LibcException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      // Not a mount point: a leftover file of a bind that never came about.
    }
    deleteQuietly(path);
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }

  /** Lets go of the descriptor; the namespace itself goes with its last holder. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Descriptors.close(fd);
    }
  }
}
