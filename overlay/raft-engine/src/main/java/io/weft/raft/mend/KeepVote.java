package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;

/**
 * Mend 2: a second vote in one term. {@code RaftContext.setLeader} forgets the vote, in memory and
 * on disk, whenever the leader becomes known or is lost, so that a follower whose leader falls
 * silent votes again in the same term. Raft paper, figure 2: one vote a term, until the term
 * changes. The mend drops both writes; {@code setTerm} still clears the vote.
 */
public final class KeepVote extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals("io.atomix.protocols.raft.impl.RaftContext");
  }

  @Override
  int expectedHits(String className) {
    return 2;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    return inMethods(
        named("setLeader", "(Lio/atomix/cluster/MemberId;)V"),
        (code, element) -> {
          boolean forgets =
              switch (element) {
                case FieldInstruction field ->
                    field.opcode() == Opcode.PUTFIELD && field.name().equalsString("lastVotedFor");
                case InvokeInstruction call -> call.name().equalsString("storeVote");
                default -> false;
              };
          if (forgets) {
            hits.hit();
            code.pop2(); // the target and the null that was to be stored
          } else {
            code.with(element);
          }
        });
  }
}
