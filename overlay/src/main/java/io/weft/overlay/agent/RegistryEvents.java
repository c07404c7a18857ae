package io.weft.overlay.agent;

import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;

/** Tells the operator what the registry has decided. */
final class RegistryEvents {
  private RegistryEvents() {}

  static void tell(HostContext context, RegistryMirror.Applied applied) {
    if (!(applied.result() instanceof CommandResult.Done done)) {
      return;
    }
    switch (applied.command()) {
      case RegistryCommand.CreateGenesis c ->
          context.event("cluster-created", c.cluster(), "by " + c.hostName());
      case RegistryCommand.RegisterHost c ->
          context.event("host-registered", c.name(), "by itself");
      case RegistryCommand.CreateNetwork c ->
          context.event("network-created", c.name(), "by request");
      case RegistryCommand.RemoveNetwork c ->
          context.event("network-removed", c.name(), "by request");
      case RegistryCommand.LeaseBlock c -> leases(context, c, done);
      case RegistryCommand.ReleaseHost c ->
          context.event("lease-released", c.host().shortForm(), "the host leaves");
      case RegistryCommand.FenceHost c ->
          context.event("lease-fenced", c.host().shortForm(), "the host is held dead");
      case RegistryCommand.CreateToken c -> context.event("token-created", c.id(), "by request");
      case RegistryCommand.UseToken c -> context.event("token-used", c.id(), "by " + c.hostName());
      case RegistryCommand.RevokeToken c -> context.event("token-revoked", c.id(), "by request");
      case RegistryCommand.SetWantedVoters c ->
          context.event(
              "voters-chosen",
              String.join(",", c.voters().stream().map(NodeId::shortForm).toList()),
              "by the leader");
      case RegistryCommand.StoreWrappedCaKey c ->
          context.event("ca-key-shared", c.voter().shortForm(), "it is a voter");
      case RegistryCommand.RevokeHost c ->
          context.event("host-revoked", c.host().shortForm(), "by request");
      case RegistryCommand.InstallGossipKey c ->
          context.event("gossip-key-installed", "key " + c.epoch(), "by request");
      case RegistryCommand.UseGossipKey c ->
          context.event("gossip-key-used", "key " + c.epoch(), "all hosts have it");
      case RegistryCommand.RemoveGossipKey c ->
          context.event("gossip-key-removed", "key " + c.epoch(), "it is accepted no more");
    }
  }

  private static void leases(
      HostContext context, RegistryCommand.LeaseBlock command, CommandResult.Done done) {
    if (done.answer() instanceof CommandResult.LeaseAnswer answer) {
      for (Lease lease : answer.leases()) {
        context.event(
            "lease-granted",
            lease.block().toString(),
            "%s to %s, fence %d"
                .formatted(command.network(), command.host().shortForm(), lease.fence()));
      }
    }
  }
}
