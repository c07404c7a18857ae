package io.weft.node.agent;

import io.weft.overlay.agent.HostOptions.SavedRegistry;
import io.weft.overlay.registry.Blob;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the registry's copy to the disk on a thread of its own, so that the control loop does not
 * wait for it. Of several copies that wait only the newest is written, as each is whole.
 */
final class RegistryWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("weft");
  private static final long CLOSE_SECONDS = 10;

  /** How a copy is brought to the disk. */
  interface Saving {
    void save(long index, byte[] state) throws IOException;
  }

  private final Saving saving;
  private final Consumer<String> failed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private @Nullable SavedRegistry next;
  private boolean writing;
  private boolean closed;
  private boolean ended;

  /**
   * Starts the thread.
   *
   * @param failed told when the thread ends before it is closed, and why
   */
  RegistryWriter(Saving saving, Consumer<String> failed) {
    this.saving = saving;
    this.failed = failed;
    this.thread = Thread.ofPlatform().name("weft-registry-copy").daemon(true).start(this::run);
  }

  /** Writes this copy soon, unless a newer one comes before. */
  void put(long index, byte[] state) {
    lock.lock();
    try {
      next = new SavedRegistry(index, Blob.of(state));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was put is on the disk, or could not be written and was logged. */
  void await() {
    lock.lock();
    try {
      while ((next != null || writing) && !ended) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      SavedRegistry copy;
      while ((copy = take()) != null) {
        write(copy);
      }
    } catch (Error e) {
      failed.accept("the registry's copy cannot be written any more: " + e);
      throw e;
    } finally {
      end();
    }
  }

  private void write(SavedRegistry copy) {
    try {
      saving.save(copy.index(), copy.state().toByteArray());
    } catch (IOException | RuntimeException e) {
      // Only a copy: the voters hold the registry.
      LOG.warn("event=registry-not-saved cause=\"{}\"", e.getMessage());
    } finally {
      written();
    }
  }

  /** Nobody waits for a thread that is no more. */
  private void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next copy to write, waited for; null when this is closed and nothing is left. */
  private @Nullable SavedRegistry take() {
    lock.lock();
    try {
      while (next == null && !closed) {
        changed.awaitUninterruptibly();
      }
      SavedRegistry taken = next;
      next = null;
      writing = taken != null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void written() {
    lock.lock();
    try {
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
