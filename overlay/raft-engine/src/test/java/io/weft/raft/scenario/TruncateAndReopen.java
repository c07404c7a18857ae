package io.weft.raft.scenario;

import io.atomix.storage.StorageLevel;
import io.atomix.storage.journal.SegmentedJournal;
import io.atomix.storage.journal.SegmentedJournalReader;
import io.weft.raft.RaftRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Mend 5: five entries, cut after the second, one of the same length appended, and reopened. */
public final class TruncateAndReopen implements Callable<String> {
  @Override
  public String call() throws Exception {
    Path directory = Disk.newDirectory();
    RaftRuntime.install(new ManualRuntime());
    try {
      try (SegmentedJournal<String> journal = open(directory)) {
        for (int i = 1; i <= 5; i++) {
          journal.writer().append("old " + i);
        }
        journal.writer().truncate(2);
        journal.writer().append("new 3");
        journal.writer().flush();
      }
      List<String> found = new ArrayList<>();
      try (SegmentedJournal<String> journal = open(directory);
          SegmentedJournalReader<String> reader = journal.openReader(1)) {
        while (reader.hasNext()) {
          found.add(reader.next().entry());
        }
      }
      return String.join(", ", found);
    } finally {
      RaftRuntime.install(null);
      Disk.delete(directory);
    }
  }

  private static SegmentedJournal<String> open(Path directory) {
    return SegmentedJournal.<String>builder()
        .withName("test")
        .withDirectory(directory.toFile())
        .withStorageLevel(StorageLevel.MAPPED)
        .withNamespace(new TestCodec())
        .withMaxSegmentSize(1 << 16)
        .withMaxEntrySize(1 << 10)
        .build();
  }
}
