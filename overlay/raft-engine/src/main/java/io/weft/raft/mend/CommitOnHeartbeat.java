package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;

/**
 * Mend 11: a leader that never commits. It counts who has what only when an append that carried
 * entries is answered. When that answer is lost, a heartbeat's answer tells the same, and is not
 * counted; if it was the first entry of the term, nothing more is accepted from clients and the
 * cluster stands still for good. Found by the simulated clusters of the overlay (two of five links
 * lossy, all restarted). The mend counts after every successful answer.
 */
public final class CommitOnHeartbeat extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals(Atomix.ROLES + "LeaderAppender");
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    return inMethods(
        method -> method.methodName().equalsString("handleAppendResponseOk"),
        (code, element) -> {
          if (element instanceof InvokeInstruction call && call.name().equalsString("isEmpty")) {
            hits.hit();
            code.pop().iconst_0(); // the list of entries, as if there always were some
          } else {
            code.with(element);
          }
        });
  }
}
