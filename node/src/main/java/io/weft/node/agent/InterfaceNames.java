package io.weft.node.agent;

import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
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
      return namespace.call(() -> first(prefix, taken));
    } catch (LibcException | MissingCapabilityException | InvalidPathException e) {
      // Whoever makes the interface says what is wrong with that namespace.
      return candidates(prefix, taken).iterator().next();
    }
  }

  private static String first(String prefix, Set<String> taken) {
    for (String name : candidates(prefix, taken)) {
      if (Sockets.ifNameToIndex(name) == 0) {
        return name;
      }
    }
    throw new IllegalStateException("no end of names");
  }

  private static Iterable<String> candidates(String prefix, Set<String> taken) {
    return () ->
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> prefix + i)
            .filter(name -> !taken.contains(name))
            .iterator();
  }
}
