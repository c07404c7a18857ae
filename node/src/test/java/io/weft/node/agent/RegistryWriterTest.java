package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.agent.HostOptions.SavedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry's copy on the disk, written beside the control loop. */
class RegistryWriterTest {
  private static void failed(String cause) {
    throw new AssertionError(cause);
  }

  @TempDir Path directory = Path.of("set by JUnit");

  private long saved() throws IOException {
    SavedRegistry registry = new HostFiles(directory).loadRegistry();
    return registry == null ? -1 : registry.index();
  }

  @Test
  void whatWasPutLastIsOnTheDiskOnceItWasWaitedFor() throws IOException {
    try (RegistryWriter writer =
        new RegistryWriter(new HostFiles(directory)::saveRegistry, RegistryWriterTest::failed)) {
      for (int index = 1; index <= 200; index++) {
        writer.put(index, new byte[] {1, 2, 3});
        if (index % 50 == 0) {
          writer.await();
          assertThat(saved()).isEqualTo(index);
        }
      }
    }
    assertThat(saved()).isEqualTo(200);
  }

  @Test
  void closingWritesWhatStillWaits() throws IOException {
    RegistryWriter writer =
        new RegistryWriter(new HostFiles(directory)::saveRegistry, RegistryWriterTest::failed);
    writer.put(7, new byte[] {1});
    writer.close();
    assertThat(saved()).isEqualTo(7);
    writer.await();
  }

  @Test
  void aCopyThatCannotBeWrittenHoldsNobodyUp() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (RegistryWriter writer =
        new RegistryWriter(new HostFiles(file)::saveRegistry, RegistryWriterTest::failed)) {
      writer.put(1, new byte[] {1});
      writer.await();
      writer.put(2, new byte[] {1});
      writer.await();
    }
    assertThat(file).isRegularFile();
  }

  @Test
  void anErrorEndsItAndIsToldAndHoldsNobodyUp() throws InterruptedException {
    AtomicReference<String> told = new AtomicReference<>("");
    CountDownLatch failed = new CountDownLatch(1);
    RegistryWriter.Saving outOfMemory =
        (index, state) -> {
          throw new OutOfMemoryError("no room");
        };
    try (RegistryWriter writer =
        new RegistryWriter(
            outOfMemory,
            cause -> {
              told.set(cause);
              failed.countDown();
            })) {
      writer.put(1, new byte[] {1});
      failed.await();
      writer.put(2, new byte[] {1});
      writer.await();
    }
    assertThat(told.get()).contains("no room");
  }
}
