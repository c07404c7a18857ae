package io.weft.overlay.registry;

import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.HostAnswer;
import io.weft.overlay.registry.CommandResult.LeaseAnswer;
import io.weft.overlay.registry.CommandResult.Nothing;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.CreateGenesis;
import io.weft.overlay.registry.RegistryCommand.FenceHost;
import io.weft.overlay.registry.RegistryCommand.RegisterHost;
import io.weft.overlay.registry.RegistryCommand.ReleaseHost;
import io.weft.overlay.registry.RegistryCommand.RevokeHost;
import io.weft.overlay.registry.RegistryCommand.SetWantedVoters;
import io.weft.overlay.registry.RegistryCommand.StoreWrappedCaKey;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rules for hosts, voters and the CA's custody. */
final class HostRules {
  private HostRules() {}

  static CommandResult genesis(RegistryData data, CreateGenesis c) {
    if (data.caCertificate != null) {
      return new Refused(
          RefusalCode.WRONG_PHASE,
          "the cluster '%s' is created already; join it with a token".formatted(data.cluster));
    }
    Refused bad = Refusals.label("cluster", c.cluster());
    bad = bad != null ? bad : Refusals.hostName(c.hostName());
    bad = bad != null ? bad : Refusals.blob("the CA certificate", c.caCertificateDer());
    bad = bad != null ? bad : Refusals.blob("the sealed CA key", c.wrappedCaKey());
    if (bad != null) {
      return bad;
    }
    if (c.quarantineMillis() < 0 || c.quarantineMillis() > RegistryLimits.MAX_QUARANTINE_MILLIS) {
      return Refusals.invalid("the quarantine is from 0 to 30 days");
    }
    data.cluster = c.cluster();
    data.caCertificate = c.caCertificateDer();
    data.quarantineMillis = c.quarantineMillis();
    data.wrappedCaKeys.put(c.host(), c.wrappedCaKey());
    data.wantedVoters.add(c.host());
    return new Done(new HostAnswer(put(data, c.host(), c.hostName(), HostState.ACTIVE)));
  }

  static CommandResult register(RegistryData data, RegisterHost c) {
    Refused bad = mayRegister(data, c.host(), c.name());
    return bad != null
        ? bad
        : new Done(new HostAnswer(put(data, c.host(), c.name(), HostState.ACTIVE)));
  }

  /** Whether the host may become (or stay) active under this name. */
  static @Nullable Refused mayRegister(RegistryData data, NodeId id, String name) {
    Refused bad = Refusals.hostName(name);
    if (bad != null) {
      return bad;
    }
    Host known = data.hosts.get(id);
    if (known != null && known.state() == HostState.REVOKED) {
      return Refusals.revoked(id);
    }
    if (known == null && data.hosts.size() >= RegistryLimits.MAX_HOSTS) {
      return new Refused(
          RefusalCode.LIMIT, "the registry holds %d hosts already".formatted(data.hosts.size()));
    }
    return null;
  }

  static Host put(RegistryData data, NodeId id, String name, HostState state) {
    Host known = data.hosts.get(id);
    long since = known != null && known.state() == state ? known.sinceMillis() : data.timeMillis;
    Host host = new Host(id, name, state, since);
    data.hosts.put(id, host);
    return host;
  }

  static CommandResult release(RegistryData data, ReleaseHost c) {
    Refused bad = Refusals.knownHost(data, c.host());
    return bad != null ? bad : retire(data, c.host(), HostState.LEFT, LeaseState.QUARANTINED);
  }

  static CommandResult fence(RegistryData data, FenceHost c) {
    Refused bad = Refusals.knownHost(data, c.host());
    return bad != null ? bad : retire(data, c.host(), HostState.FENCED, LeaseState.FENCED);
  }

  static CommandResult revoke(RegistryData data, RevokeHost c) {
    Host known = data.hosts.get(c.host());
    if (known == null) {
      return new Refused(
          RefusalCode.UNKNOWN, "no host %s is registered".formatted(c.host().shortForm()));
    }
    if (List.copyOf(data.wantedVoters).equals(List.of(c.host()))) {
      return new Refused(
          RefusalCode.WRONG_PHASE,
          "host %s is the registry's only voter: have it leave, or join further hosts first"
              .formatted(known.name()));
    }
    data.wantedVoters.remove(c.host());
    data.wrappedCaKeys.remove(c.host());
    return retire(data, c.host(), HostState.REVOKED, LeaseState.FENCED);
  }

  private static CommandResult retire(
      RegistryData data, NodeId id, HostState hostState, LeaseState leaseState) {
    Host known = data.hosts.get(id);
    if (known == null) {
      throw new AssertionError("checked before: " + id);
    }
    put(data, id, known.name(), hostState);
    List<Lease> given = new ArrayList<>();
    for (Lease lease : data.heldBy(id, null)) {
      given.add(data.rest(lease, leaseState));
    }
    return new Done(new LeaseAnswer(given));
  }

  static CommandResult setVoters(RegistryData data, SetWantedVoters c) {
    TreeSet<NodeId> voters = new TreeSet<>(c.voters());
    if (voters.isEmpty() || voters.size() > RegistryLimits.MAX_VOTERS) {
      return Refusals.invalid(
          "%d voters are wanted; 1 to %d are possible"
              .formatted(voters.size(), RegistryLimits.MAX_VOTERS));
    }
    for (NodeId voter : voters) {
      Refused bad = Refusals.knownHost(data, voter);
      if (bad != null) {
        return bad;
      }
    }
    data.wantedVoters.clear();
    data.wantedVoters.addAll(voters);
    withdrawCaKeys(data);
    return new Done(new Nothing());
  }

  static CommandResult storeCaKey(RegistryData data, StoreWrappedCaKey c) {
    Refused bad = Refusals.knownHost(data, c.voter());
    bad = bad != null ? bad : Refusals.blob("the sealed CA key", c.wrapped());
    if (bad != null) {
      return bad;
    }
    data.wrappedCaKeys.put(c.voter(), c.wrapped());
    withdrawCaKeys(data);
    return new Done(new Nothing());
  }

  /**
   * Takes the CA's key from those that are voters no more, but only when every voter holds it:
   * until then a former voter may be the only one that can pass it on.
   */
  private static void withdrawCaKeys(RegistryData data) {
    if (data.wrappedCaKeys.keySet().containsAll(data.wantedVoters)) {
      data.wrappedCaKeys.keySet().retainAll(data.wantedVoters);
    }
  }
}
