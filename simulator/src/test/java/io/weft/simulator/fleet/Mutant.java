package io.weft.simulator.fleet;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * A fault planted into the product.
 *
 * @param name what is wrong, in words
 * @param edits what is changed
 */
record Mutant(String name, List<Edit> edits) {
  Mutant {
    edits = List.copyOf(edits);
  }

  static Mutant of(String name, Edit... edits) {
    return new Mutant(name, List.of(edits));
  }

  @Override
  public String toString() {
    return name;
  }

  /** A change of one method. */
  sealed interface Edit {
    /** The class, with dots. */
    String type();

    /** The method's name, or the beginning of a lambda's. */
    String method();
  }

  /** The method does nothing; what it answers is 0, false or an empty list. */
  record DoesNothing(String type, String method) implements Edit {}

  /** The method answers this number. */
  record Answers(String type, String method, long number) implements Edit {}

  /** Calls of this name in the method, all of them boolean, answer this. */
  record CallAnswers(String type, String method, String call, boolean answer) implements Edit {}

  /** The method does not store into this field. */
  record StoreIsLost(String type, String method, String field) implements Edit {}

  byte[] applyTo(String type, byte[] bytes, ClassLoader loader) {
    byte[] changed = bytes;
    for (Edit edit : edits) {
      if (edit.type().equals(type)) {
        changed = apply(edit, changed, loader);
      }
    }
    return changed;
  }

  private byte[] apply(Edit edit, byte[] bytes, ClassLoader loader) {
    ClassFile file =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader)));
    ClassModel model = file.parse(bytes);
    int[] changes = {0};
    ClassTransform transform =
        (builder, element) -> {
          if (element instanceof MethodModel method
              && method.methodName().stringValue().startsWith(edit.method())
              && method.code().isPresent()) {
            builder.transformMethod(
                method,
                (methodBuilder, part) -> {
                  if (part instanceof CodeModel code) {
                    methodBuilder.withCode(b -> changes[0] += write(edit, method, code, b));
                  } else {
                    methodBuilder.with(part);
                  }
                });
          } else {
            builder.with(element);
          }
        };
    byte[] changed = file.transformClass(model, transform);
    if (changes[0] == 0) {
      throw new IllegalStateException("there is nothing to change for '" + name + "' in " + edit);
    }
    return changed;
  }

  private static int write(Edit edit, MethodModel method, CodeModel code, CodeBuilder builder) {
    return switch (edit) {
      case DoesNothing e -> answer(method, builder, 0);
      case Answers e -> answer(method, builder, e.number());
      case CallAnswers e -> {
        int changes = 0;
        for (var element : code) {
          if (element instanceof InvokeInstruction call
              && call.name().stringValue().equals(e.call())) {
            for (var _ : call.typeSymbol().parameterList()) {
              builder.pop();
            }
            builder.pop();
            builder.loadConstant(e.answer() ? 1 : 0);
            changes++;
          } else {
            builder.with(element);
          }
        }
        yield changes;
      }
      case StoreIsLost e -> {
        int changes = 0;
        for (var element : code) {
          if (element instanceof FieldInstruction store
              && store.opcode() == Opcode.PUTFIELD
              && store.name().stringValue().equals(e.field())) {
            builder.pop2(); // the object and a value of one word
            changes++;
          } else {
            builder.with(element);
          }
        }
        yield changes;
      }
    };
  }

  private static int answer(MethodModel method, CodeBuilder builder, long number) {
    switch (method.methodTypeSymbol().returnType().descriptorString()) {
      case "V" -> builder.return_();
      case "J" -> builder.loadConstant(number).lreturn();
      case "I", "Z" -> builder.loadConstant((int) number).ireturn();
      default ->
          builder
              .invokestatic(
                  ConstantDescs.CD_List, "of", MethodTypeDesc.of(ConstantDescs.CD_List), true)
              .areturn();
    }
    return 1;
  }
}
