package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.stream.Collectors;

/** Which of the registry's hosts a user means. */
final class HostNames {
  private HostNames() {}

  /**
   * The one host with this identity, with one that begins so, or of this name; of a name that was
   * used again, the host that has it now.
   *
   * @throws ApiException of kind NOT_FOUND_OR_FALSE or USAGE when that is none or several
   */
  static Host find(RegistryView registry, String text) {
    return NameOrId.find(
        text,
        registry.hosts(),
        Host::id,
        host -> host.name().equals(text) && isIn(host),
        "no host '" + text + "' is registered",
        "hosts");
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
