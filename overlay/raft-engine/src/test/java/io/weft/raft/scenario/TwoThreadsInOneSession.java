package io.weft.raft.scenario;

import io.atomix.protocols.raft.session.RaftSession;
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
        while (other.getState() != Thread.State.BLOCKED
            && other.getState() != Thread.State.TERMINATED) {
          Thread.onSpinWait();
        }
        seen = other.getState() == Thread.State.BLOCKED ? "it waits" : "it passes";
      }
      other.join();
      return seen;
    }
  }
}
