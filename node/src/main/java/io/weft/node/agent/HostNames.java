package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.stream.Collectors;

/** Which of the registry's hosts a user means. */
final class HostNames {
  /** So many characters of an identity at least, so that nobody is meant by accident. */
  static final int MIN_PREFIX = 8;

  private HostNames() {}

  /**
   * The one host with this identity, with one that begins so, or of this name; of a name that was
   * used again, the host that has it now.
   *
   * @throws ApiException of kind NOT_FOUND or USAGE when that is none or several
   */
  static Host find(RegistryView registry, String text) {
    List<Host> byId =
        text.length() < MIN_PREFIX
            ? List.of()
            : registry.hosts().stream().filter(h -> h.id().hex().startsWith(text)).toList();
    List<Host> found =
        byId.isEmpty()
            ? registry.hosts().stream().filter(h -> h.name().equals(text) && isIn(h)).toList()
            : byId;
    if (found.isEmpty()) {
      throw new ApiException(
          ErrorKind.NOT_FOUND_OR_FALSE,
          "no host '%s' is registered; 'weft members' lists them with their ids".formatted(text));
    }
    if (found.size() > 1) {
      throw new ApiException(
          ErrorKind.USAGE,
          "'%s' is several hosts; name one by its id: %s"
              .formatted(
                  text, found.stream().map(h -> h.id().hex()).collect(Collectors.joining(", "))));
    }
    return found.getFirst();
  }

  private static boolean isIn(Host host) {
    return switch (host.state()) {
      case ACTIVE, FENCED -> true;
      case LEFT, REVOKED -> false;
    };
  }

  /** Names of hosts, for people. */
  static String names(RegistryView registry, List<NodeId> ids) {
    return ids.stream().map(id -> name(registry, id)).collect(Collectors.joining(", "));
  }

  /** A host's name, or the short form of its identity where it is not registered. */
  static String name(RegistryView registry, NodeId id) {
    return registry.host(id).map(Host::name).orElse(id.shortForm());
  }
}
