package io.weft.raft.mend;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Clock, randomness and threads come from {@link io.weft.raft.RaftRuntime}, so that the very same
 * classes run on one thread in production and in virtual time in the simulator. Also gives sets of
 * members the same order in each JVM, by hashing classes by name.
 */
public final class InjectRuntime implements Mend {
  private static final ClassDesc RUNTIME = ClassDesc.of("io.weft.raft.RaftRuntime");
  private static final ClassDesc SYSTEM = ClassDesc.of("java.lang.System");
  private static final ClassDesc INSTANT = ClassDesc.of("java.time.Instant");
  private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
  private static final ClassDesc RANDOM = ClassDesc.of("java.util.Random");
  private static final ClassDesc RUNTIME_RANDOM = ClassDesc.of("io.weft.raft.RuntimeRandom");
  private static final ClassDesc THREAD =
      ClassDesc.of("io.atomix.utils.concurrent.SingleThreadContext");
  private static final ClassDesc CONTEXT = ClassDesc.of("io.weft.raft.EngineContext");

  @Override
  public byte[] apply(ClassFile classFile, ClassModel model, byte[] original) {
    if (Mend.nameOf(model).startsWith("io.atomix.utils.concurrent.SingleThreadContext")) {
      return original;
    }
    return classFile.transformClass(
        model,
        ClassTransform.transformingMethodBodies(
            (code, element) -> {
              boolean replaced =
                  switch (element) {
                    case InvokeInstruction call -> replaceCall(code, call);
                    case NewObjectInstruction made -> replaceNew(code, made);
                    default -> false;
                  };
              if (!replaced) {
                code.with(element);
              }
            }));
  }

  private static boolean replaceCall(CodeBuilder code, InvokeInstruction call) {
    ClassDesc owner = call.owner().asSymbol();
    String name = call.name().stringValue();
    MethodTypeDesc type = call.typeSymbol();
    if (owner.equals(SYSTEM) && (name.equals("currentTimeMillis") || name.equals("nanoTime"))) {
      code.invokestatic(RUNTIME, name, MethodTypeDesc.of(ConstantDescs.CD_long), true);
    } else if (owner.equals(INSTANT) && name.equals("now") && type.parameterCount() == 0) {
      code.invokestatic(RUNTIME, name, type, true);
    } else if (owner.equals(OBJECTS) && name.equals("hash")) {
      code.invokestatic(RUNTIME, name, type, true);
    } else if (owner.equals(RANDOM) && name.equals("<init>") && type.parameterCount() == 0) {
      code.invokespecial(RUNTIME_RANDOM, name, type);
    } else if (owner.equals(THREAD) && name.equals("<init>")) {
      code.invokespecial(CONTEXT, name, type);
    } else {
      return false;
    }
    return true;
  }

  private static boolean replaceNew(CodeBuilder code, NewObjectInstruction made) {
    ClassDesc type = made.className().asSymbol();
    if (type.equals(RANDOM)) {
      code.new_(RUNTIME_RANDOM);
    } else if (type.equals(THREAD)) {
      code.new_(CONTEXT);
    } else {
      return false;
    }
    return true;
  }
}
