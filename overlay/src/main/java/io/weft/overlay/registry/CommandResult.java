package io.weft.overlay.registry;

import java.util.List;

/** The registry's answer to one command. */
public sealed interface CommandResult {

  /** The command was applied. */
  record Done(Answer answer) implements CommandResult {}

  /**
   * The command changed nothing.
   *
   * @param message one line for people: what was wrong and what to do
   */
  record Refused(RefusalCode code, String message) implements CommandResult {}

  /** What a command gives back. */
  sealed interface Answer {}

  /** Nothing but the fact. */
  record Nothing() implements Answer {}

  /** Of CreateNetwork and RemoveNetwork. */
  record NetworkAnswer(Network network) implements Answer {}

  /** Of LeaseBlock: all that the host now holds in the network. Of ReleaseHost: what it gave. */
  record LeaseAnswer(List<Lease> leases) implements Answer {
    /** Copies the list. */
    public LeaseAnswer {
      leases = List.copyOf(leases);
    }
  }

  /** Of CreateGenesis, RegisterHost, UseToken, RevokeHost. */
  record HostAnswer(Host host) implements Answer {}

  /** Of CreateToken and RevokeToken. */
  record TokenAnswer(Token token) implements Answer {}
}
