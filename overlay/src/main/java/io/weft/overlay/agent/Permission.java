package io.weft.overlay.agent;

import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Which commands a member may have brought before the registry by a voter: its own host's affairs
 * and what an operator asks for on any host. Who votes, who is let in and who is shut out is for
 * voters alone, which hold the CA's key. A former voter that holds it still lets hosts in, and
 * passes the key on: it may be the only one that can.
 */
final class Permission {
  private Permission() {}

  /** Why the command is refused, or null when the member may ask for it. */
  static @Nullable String refusal(RegistryView view, NodeId from, byte[] command) {
    if (command.length > RegistryLimits.MAX_COMMAND_BYTES) {
      return "a command of more than " + RegistryLimits.MAX_COMMAND_BYTES + " bytes";
    }
    boolean voter = view.wantedVoters().contains(from);
    boolean signs = voter || view.wrappedCaKey(from).isPresent();
    boolean active =
        view.host(from).map(Host::state).filter(s -> s == HostState.ACTIVE).isPresent();
    RegistryCommand asked;
    try {
      asked = RegistryCodec.decode(command).command();
    } catch (MalformedRegistryException e) {
      return "a malformed command";
    }
    boolean allowed =
        switch (asked) {
          case RegistryCommand.RegisterHost c -> c.host().equals(from);
          case RegistryCommand.LeaseBlock c -> active && c.host().equals(from);
          case RegistryCommand.ReleaseHost c -> c.host().equals(from);
          case RegistryCommand.CreateNetwork c -> active;
          case RegistryCommand.RemoveNetwork c -> active;
          case RegistryCommand.CreateToken c -> active;
          case RegistryCommand.RevokeToken c -> active;
          case RegistryCommand.UseToken c -> active && signs;
          case RegistryCommand.SetWantedVoters c -> active && voter;
          case RegistryCommand.StoreWrappedCaKey c -> active && signs;
          case RegistryCommand.FenceHost c -> active && voter;
          case RegistryCommand.RevokeHost c -> active && voter;
          case RegistryCommand.InstallGossipKey c -> active;
          case RegistryCommand.UseGossipKey c -> active && voter;
          case RegistryCommand.RemoveGossipKey c -> active && voter;
          case RegistryCommand.CreateGenesis c -> false;
        };
    return allowed
        ? null
        : "host %s may not ask for %s"
            .formatted(from.shortForm(), asked.getClass().getSimpleName());
  }
}
