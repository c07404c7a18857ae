package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.util.Set;

/**
 * Mend 6: entries are acknowledged before they are on disk. A follower answers an append, and a
 * leader counts itself, while the entry is only in the page cache; a power cut on a majority loses
 * what clients were told is committed. Raft paper, figure 2: persistent state is updated before
 * responding. The mend flushes the log before a follower's answer and after a leader's append.
 */
public final class FlushBeforeAcknowledge extends ClassMend {
  private static final String FOLLOWER = Atomix.ROLES + "PassiveRole";

  @Override
  boolean concerns(String className) {
    return Set.of(FOLLOWER, Atomix.LEADER_ROLE).contains(className);
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    return className.equals(Atomix.LEADER_ROLE) ? afterAppend(hits) : beforeAnswer(hits);
  }

  private static ClassTransform beforeAnswer(Hits hits) {
    return inMethods(
        named("succeedAppend", "(JLjava/util/concurrent/CompletableFuture;)Z"),
        first(
            hits,
            code ->
                code.aload(0)
                    .getfield(ClassDesc.of(FOLLOWER), "raft", Atomix.CONTEXT)
                    .invokestatic(Atomix.HOOKS, "flush", Atomix.FLUSH)));
  }

  private static ClassTransform afterAppend(Hits hits) {
    return inMethods(
        method -> method.methodName().equalsString("appendAndCompact"),
        (code, element) -> {
          code.with(element);
          if (element instanceof InvokeInstruction call
              && call.owner().asSymbol().equals(Atomix.LOG_WRITER)
              && call.name().equalsString("append")) {
            hits.hit();
            code.aload(0)
                .getfield(ClassDesc.of(Atomix.LEADER_ROLE), "raft", Atomix.CONTEXT)
                .invokestatic(Atomix.HOOKS, "flush", Atomix.FLUSH);
          }
        });
  }
}
