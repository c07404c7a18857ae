package io.weft.node.agent;

import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Which name a new interface in a namespace may have. */
final class InterfaceNames {
  private InterfaceNames() {}

  /**
   * The first of prefix0, prefix1, ... that nobody has. One namespace has many paths, so what is
   * known by path is not enough: the namespace itself is asked.
   *
   * @param taken names known to be taken, such as those of interfaces that are being made
   */
  static String free(String netns, String prefix, Set<String> taken) {
    try (NetworkNamespace namespace = NetworkNamespace.open(Path.of(netns))) {
      return namespace.call(
          () -> first(prefix, n -> !taken.contains(n) && Sockets.ifNameToIndex(n) == 0));
    } catch (LibcException | MissingCapabilityException | InvalidPathException e) {
      // Whoever makes the interface says what is wrong with that namespace.
      return first(prefix, n -> !taken.contains(n));
    }
  }

  private static String first(String prefix, Predicate<String> free) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + i)
        .filter(free)
        .findFirst()
        .orElseThrow();
  }
}
