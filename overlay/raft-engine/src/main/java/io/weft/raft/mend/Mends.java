package io.weft.raft.mend;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.util.List;

/**
 * All mends, in the order in which they are applied, numbered as in the list of what is wrong in
 * Atomix 3.1.12: 1 {@link StepDownOnConfigure}, 2 {@link KeepVote}, 3 {@link ReadAfterFirstEntry},
 * 4 {@link RefuseStaleConfigure}, 5 {@link ZeroTruncatedTail}, 6 {@link FlushBeforeAcknowledge}, 8
 * {@link GuardSessionSequence}; and 11 {@link CommitOnHeartbeat}, 12 {@link CountOnlyMembers} and
 * 13 {@link FollowLaterLeader}, found since. Number 7 (corruption in the middle of the log) waits
 * for a log format of our own.
 */
public final class Mends {
  /** What makes Atomix fit for use: faults repaired. */
  public static final List<Mend> REPAIRS =
      List.of(
          new StepDownOnConfigure(),
          new KeepVote(),
          new ReadAfterFirstEntry(),
          new RefuseStaleConfigure(),
          new ZeroTruncatedTail(),
          new FlushBeforeAcknowledge(),
          new GuardSessionSequence(),
          new CommitOnHeartbeat(),
          new CountOnlyMembers(),
          new FollowLaterLeader());

  /** What makes it fit into Weft: no libraries it hardly uses, our clock and our thread. */
  public static final List<Mend> FITTINGS =
      List.of(new LeaveUnmappingToCollector(), new InjectRuntime(), new RenameLibraries());

  private Mends() {}

  /**
   * Applies mends to a class file.
   *
   * @param original the bytes as Atomix ships them
   * @param mends which to apply, in order
   * @param classes finds the superclasses that stack maps need
   */
  public static byte[] apply(byte[] original, List<Mend> mends, ClassLoader classes) {
    ClassFile classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(classes)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    byte[] bytes = original;
    for (Mend mend : mends) {
      bytes = mend.apply(classFile, classFile.parse(bytes), bytes);
    }
    return bytes;
  }
}
