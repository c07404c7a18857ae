package io.weft.vxlan.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * How the classes of this package call the C library: a handle each function, errno taken in the
 * call itself.
 *
 * <p>{@link #call} is for what is done now and then. Calls that are made for every packet invoke
 * their handle themselves, because a lambda that captures arguments is an object each time.
 */
@SuppressWarnings("restricted")
final class Downcall {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_FIELD =
      Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

  /** Where the call state goes; one a thread, as long-lived as the thread needs it. */
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private static final long LONGEST_ERROR_TEXT_BYTES = 256;

  private Downcall() {}

  /** One call; it is given where the call state goes, and memory that is freed after it. */
  interface Body {
    int run(MemorySegment state, Arena memory) throws Throwable;
  }

  static MethodHandle handle(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, ERRNO);
  }

  static MethodHandle variadic(String name, FunctionDescriptor shape, int fixedArguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        shape,
        ERRNO,
        Linker.Option.firstVariadicArg(fixedArguments));
  }

  /** This thread's place for the call state. */
  static MemorySegment state() {
    return STATE.get();
  }

  /** What a call came to: its result, or the error number negated. */
  static long outcome(MemorySegment state, long result) {
    return result < 0 ? -(int) ERRNO_FIELD.get(state, 0L) : result;
  }

  /** Makes a call: its result, or the error number negated. */
  static int call(Body body) {
    MemorySegment state = STATE.get();
    try (Arena memory = Arena.ofConfined()) {
      return (int) outcome(state, body.run(state, memory));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** The outcome of the call of that name, if it is not an error. */
  static int checked(String name, int outcome) {
    return (int) checked(name, (long) outcome);
  }

  static long checked(String name, long outcome) {
    if (outcome < 0) {
      throw new LibcException(name, (int) -outcome);
    }
    return outcome;
  }

  /** A downcall handle itself throws nothing; only a fault of these classes' own can come here. */
  static AssertionError broken(Throwable cause) {
    return new AssertionError("a downcall failed outside the call", cause);
  }

  /** The C library's text for an error number. */
  static String errorText(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(LONGEST_ERROR_TEXT_BYTES).getString(0);
    } catch (Throwable t) {
      throw broken(t);
    }
  }
}
