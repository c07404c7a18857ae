package io.weft.chaos.workload;

import io.weft.chaos.agents.Agents;
import io.weft.chaos.cluster.ClusterException;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.history.MembersRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One client at each host that keeps asking its agent for the members, and writes down what it is
 * told. A read that fails changed nothing: it is recorded as failed, and the client goes on.
 */
public final class MembershipReaders implements AutoCloseable {
  private static final long PAUSE_MILLIS = 1_000;
  private static final long STOP_LIMIT_MILLIS = 30_000;

  private final Agents agents;
  private final HistoryRecorder recorder;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /** By host, when its last read that succeeded began. */
  private final Map<String, Long> reads = new ConcurrentHashMap<>();

  private MembershipReaders(Agents agents, HistoryRecorder recorder) {
    this.agents = agents;
    this.recorder = recorder;
  }

  /** Starts a reader at each of the hosts. */
  public static MembershipReaders start(
      Agents agents, List<String> hosts, HistoryRecorder recorder) {
    MembershipReaders readers = new MembershipReaders(agents, recorder);
    for (String host : hosts) {
      readers.threads.add(
          Thread.ofPlatform().name("reader-" + host).daemon().start(() -> readers.read(host)));
    }
    return readers;
  }

  private void read(String host) {
    String process = "reader-" + host;
    boolean stopped = false;
    while (!stopped) {
      long beganNanos = System.nanoTime();
      recorder.invoke(process, MembersRead.F, null);
      try {
        recorder.ok(process, MembersRead.F, agents.members(host).toJson());
        reads.put(host, beganNanos);
      } catch (ClusterException e) {
        recorder.fail(process, MembersRead.F, String.valueOf(e.getMessage()));
      }
      try {
        stopped = stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Whether each host was read by a read that began after this, by {@link System#nanoTime}. */
  public boolean allReadAfter(long nanos) {
    return reads.size() == threads.size() && reads.values().stream().allMatch(r -> r - nanos > 0);
  }

  /** Lets each reader end its last read, and waits for it. */
  @Override
  public void close() {
    stop.countDown();
    for (Thread thread : threads) {
      try {
        thread.join(STOP_LIMIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
