package io.weft.raft.mend;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;

/** One change to Atomix's class files. */
public interface Mend {
  /** A short name, for the build's log and for tests that leave one mend out. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * The rewritten class, or the same bytes when the class does not concern this mend.
   *
   * @throws IllegalStateException when the class should have the fault but does not look as
   *     expected
   */
  byte[] apply(ClassFile classFile, ClassModel model, byte[] original);

  /** The class's name as in {@code Class.getName()}. */
  static String nameOf(ClassModel model) {
    return model.thisClass().asInternalName().replace('/', '.');
  }
}
