package io.weft.node.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what went wrong into one line on standard error and an exit code. */
final class ErrorLines {
  private ErrorLines() {}

  static int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String message = oneLine(e.getMessage());
    err.println(
        "weft: " + message + " (see '" + command.getCommandSpec().qualifiedName(" ") + " --help')");
    debug(e, err);
    return ErrorKind.USAGE.exitCode();
  }

  static int failure(Exception e, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    command.getOut().flush();
    err.println("weft: " + oneLine(message(e)));
    debug(e, err);
    return kind(e).exitCode();
  }

  private static ErrorKind kind(Exception e) {
    return switch (e) {
      case ApiException refused -> refused.kind();
      case MissingCapabilityException _ -> ErrorKind.NOT_PERMITTED;
      case AccessDeniedException _ -> ErrorKind.NOT_PERMITTED;
      case LibcException libc when libc.notPermitted() -> ErrorKind.NOT_PERMITTED;
      default -> ErrorKind.REFUSED;
    };
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return switch (e) {
      case ApiException refused -> refused.line();
      case AccessDeniedException denied ->
          "no permission for " + denied.getFile() + ": run as root or as its owner";
      case FileSystemException file ->
          file.getFile()
              + ": "
              + (file.getReason() == null
                  ? words(file.getClass().getSimpleName())
                  : file.getReason());
      default -> message == null ? words(e.getClass().getSimpleName()) : message;
    };
  }

  /** "NoSuchFileException" as "no such file". */
  private static String words(String className) {
    return className
        .replaceFirst("Exception$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  private static String oneLine(@Nullable String message) {
    return (message == null ? "unknown" : message).strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static void debug(Exception e, PrintWriter err) {
    if ("1".equals(System.getenv(WeftMain.DEBUG_VARIABLE))) {
      e.printStackTrace(err);
    }
    err.flush();
  }
}
