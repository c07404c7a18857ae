package io.weft.overlay.agent;

import io.weft.overlay.registry.RegistryCommand;

/**
 * What whoever asked may do about a command that was sent and not confirmed in time: a voter may
 * have it in its log, so it may yet be committed, and nobody can take it back.
 */
final class OpenOutcome {
  private OpenOutcome() {}

  /** How to find out, and whether it may be asked for again. */
  static String advice(RegistryCommand command) {
    return switch (command) {
      case RegistryCommand.CreateNetwork _ ->
          "'weft networks' shows if it is there, and asking again cannot make it twice";
      case RegistryCommand.RemoveNetwork _ ->
          "'weft networks' shows if it is gone, and asking again does no harm";
      case RegistryCommand.LeaseBlock _ ->
          "'weft leases' shows if this host got a block, and asking again does no harm";
      case RegistryCommand.ReleaseHost _ -> "'weft leases' shows it, and the host leaves then";
      case RegistryCommand.CreateToken _ ->
          "a token that nobody was shown lets nobody in, so ask for another";
      case RegistryCommand.UseToken _ ->
          "'weft events' of a member shows if the token was used, and a further try uses it again";
      case RegistryCommand.RevokeHost _ ->
          "'weft leases' shows if the host's blocks are fenced, and asking again does no harm";
      case RegistryCommand.InstallGossipKey _ ->
          "'weft keys' shows if a rotation is under way, and asking again cannot make two";
      case RegistryCommand.RevokeToken _,
          RegistryCommand.CreateGenesis _,
          RegistryCommand.RegisterHost _,
          RegistryCommand.FenceHost _,
          RegistryCommand.SetWantedVoters _,
          RegistryCommand.StoreWrappedCaKey _,
          RegistryCommand.UseGossipKey _,
          RegistryCommand.RemoveGossipKey _ ->
          "'weft events' shows it, and asking again does no harm";
    };
  }
}
