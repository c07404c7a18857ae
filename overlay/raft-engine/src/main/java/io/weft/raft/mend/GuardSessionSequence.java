package io.weft.raft.mend;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.util.Set;

/**
 * Mend 8: pipelined commands of one session hang. {@code RaftSession.requestSequence} and the
 * commands that wait for it are written by the Raft thread and by the state thread, without a lock;
 * a lost update leaves the next command waiting for a number that never comes (6 of 12 runs). The
 * mend makes the methods synchronised. Weft also runs both on one thread ({@link
 * io.weft.raft.EngineContext}), where the lock costs nothing.
 */
public final class GuardSessionSequence extends ClassMend {
  private static final Set<String> METHODS =
      Set.of(
          "getRequestSequence",
          "nextRequestSequence",
          "setRequestSequence",
          "resetRequestSequence",
          "registerCommand",
          "getCommand",
          "removeCommand",
          "clearCommands",
          "registerResult",
          "clearResults",
          "getResult");

  @Override
  boolean concerns(String className) {
    return className.equals("io.atomix.protocols.raft.session.RaftSession");
  }

  @Override
  int expectedHits(String className) {
    return METHODS.size();
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    return ClassTransform.transformingMethods(
        GuardSessionSequence::touchesSequence,
        (builder, element) -> {
          MethodElement kept = element;
          if (element instanceof AccessFlags flags) {
            hits.hit();
            builder.withFlags(flags.flagsMask() | ClassFile.ACC_SYNCHRONIZED);
          } else {
            builder.with(kept);
          }
        });
  }

  private static boolean touchesSequence(MethodModel method) {
    return METHODS.contains(method.methodName().stringValue());
  }
}
