package io.weft.raft.scenario;

import io.atomix.protocols.raft.session.RaftSession;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.Callable;

/** Mend 8: while one thread is in the middle of a session's numbers, can another change them? */
public final class TwoThreadsInOneSession implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a")) {
      a.becomeLeader();
      RaftSession session = a.raft.getSessions().getSession(a.openSession());
      Thread other = new Thread(() -> session.setRequestSequence(99));
      String seen;
      synchronized (session) {
        other.start();
        while (!waitsFor(session, other) && other.getState() != Thread.State.TERMINATED) {
          Thread.onSpinWait();
        }
        seen = other.getState() == Thread.State.TERMINATED ? "it passes" : "it waits";
      }
      other.join();
      return seen;
    }
  }

  /** A thread may be blocked for other reasons too, such as a class that is being loaded. */
  private static boolean waitsFor(Object monitor, Thread thread) {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.threadId());
    return info != null
        && info.getThreadState() == Thread.State.BLOCKED
        && info.getLockInfo() != null
        && info.getLockInfo().getIdentityHashCode() == System.identityHashCode(monitor);
  }
}
