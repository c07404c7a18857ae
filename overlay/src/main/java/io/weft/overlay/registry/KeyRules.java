package io.weft.overlay.registry;

import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.Nothing;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.InstallGossipKey;
import io.weft.overlay.registry.RegistryCommand.RemoveGossipKey;
import io.weft.overlay.registry.RegistryCommand.UseGossipKey;
import java.util.Objects;

/**
 * The rules for the gossip keys: one rotation at a time; epochs only rise; the key that seals is
 * always accepted. When a step is due is not decided here: whoever asks has looked at the hosts. A
 * step that was taken already is no fault.
 */
final class KeyRules {
  private KeyRules() {}

  static CommandResult install(RegistryData data, InstallGossipKey c) {
    GossipEpochs epochs = data.gossipEpochs;
    if (c.fingerprint().size() != RegistryLimits.KEY_FINGERPRINT_BYTES) {
      return Refusals.invalid(
          "a key's fingerprint has %d bytes, not %d"
              .formatted(RegistryLimits.KEY_FINGERPRINT_BYTES, c.fingerprint().size()));
    }
    if (Objects.equals(c.fingerprint(), epochs.accepted().get(c.epoch()))) {
      return new Done(new Nothing());
    }
    if (epochs.phase() != GossipEpochs.Phase.STEADY) {
      return new Refused(RefusalCode.WRONG_PHASE, epochs.underWay());
    }
    if (c.epoch() != epochs.newest() + 1) {
      return new Refused(
          RefusalCode.CONFLICT,
          "the next gossip key has epoch %d, not %d: the key was rotated meanwhile; ask again"
              .formatted(epochs.newest() + 1, c.epoch()));
    }
    data.gossipEpochs = epochs.installed(data.index, c.epoch(), c.fingerprint());
    return new Done(new Nothing());
  }

  static CommandResult use(RegistryData data, UseGossipKey c) {
    GossipEpochs epochs = data.gossipEpochs;
    if (c.epoch() == epochs.used()) {
      return new Done(new Nothing());
    }
    if (!epochs.accepted().containsKey(c.epoch())) {
      return new Refused(
          RefusalCode.UNKNOWN, "gossip key %d is not installed".formatted(c.epoch()));
    }
    if (c.epoch() < epochs.used()) {
      return new Refused(
          RefusalCode.WRONG_PHASE,
          "gossip key %d was replaced by %d".formatted(c.epoch(), epochs.used()));
    }
    data.gossipEpochs = epochs.using(data.index, c.epoch());
    return new Done(new Nothing());
  }

  static CommandResult remove(RegistryData data, RemoveGossipKey c) {
    GossipEpochs epochs = data.gossipEpochs;
    if (c.epoch() == epochs.used()) {
      return new Refused(
          RefusalCode.WRONG_PHASE, "gossip key %d is the one in use".formatted(c.epoch()));
    }
    if (epochs.accepted().containsKey(c.epoch())) {
      data.gossipEpochs = epochs.without(data.index, c.epoch());
    }
    return new Done(new Nothing());
  }
}
