package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.CreateGenesis;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.CreateToken;
import io.weft.overlay.registry.RegistryCommand.FenceHost;
import io.weft.overlay.registry.RegistryCommand.InstallGossipKey;
import io.weft.overlay.registry.RegistryCommand.LeaseBlock;
import io.weft.overlay.registry.RegistryCommand.RegisterHost;
import io.weft.overlay.registry.RegistryCommand.ReleaseHost;
import io.weft.overlay.registry.RegistryCommand.RemoveGossipKey;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import io.weft.overlay.registry.RegistryCommand.RevokeHost;
import io.weft.overlay.registry.RegistryCommand.RevokeToken;
import io.weft.overlay.registry.RegistryCommand.SetWantedVoters;
import io.weft.overlay.registry.RegistryCommand.StoreWrappedCaKey;
import io.weft.overlay.registry.RegistryCommand.UseGossipKey;
import io.weft.overlay.registry.RegistryCommand.UseToken;
import io.weft.overlay.registry.RegistryData.LeaseKey;
import io.weft.security.identity.NodeId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registry: a machine that turns the log's commands into state, the same on every host.
 *
 * <p>It depends on nothing but the commands, their order and the times that the log gives them. Not
 * safe for use by several threads: one thread applies and reads.
 */
public final class RegistryState implements RegistryView {
  private final RegistryData data;

  /** Before the first command. */
  public RegistryState() {
    this(new RegistryData());
  }

  private RegistryState(RegistryData data) {
    this.data = data;
  }

  /**
   * Applies one entry of the log. Never throws for what the bytes hold: that gives a {@link
   * Refused}. A command whose idempotency key was seen gives the answer that it got then.
   *
   * @param index of the entry in the log; rising
   * @param timeMillis the leader's time in the entry; where it goes back, the largest seen counts
   * @return an encoded {@link CommandResult}, see {@link ResultCodec}
   */
  public byte[] apply(long index, long timeMillis, byte[] command) {
    data.advance(index, timeMillis);
    RegistryCodec.Envelope envelope;
    try {
      envelope = RegistryCodec.decode(command);
    } catch (MalformedRegistryException e) {
      return ResultCodec.encode(Refusals.invalid(String.valueOf(e.getMessage())));
    }
    Blob before = data.remembered.get(envelope.key());
    if (before != null) {
      return before.toByteArray();
    }
    byte[] result = ResultCodec.encode(apply(envelope.command()));
    data.remember(envelope.key(), Blob.of(result));
    return result;
  }

  private CommandResult apply(RegistryCommand command) {
    if (!created() && !(command instanceof CreateGenesis)) {
      return new Refused(
          RefusalCode.WRONG_PHASE, "the cluster is not created yet; 'weft init' does it");
    }
    return switch (command) {
      case CreateGenesis c -> HostRules.genesis(data, c);
      case RegisterHost c -> HostRules.register(data, c);
      case CreateNetwork c -> NetworkRules.create(data, c);
      case RemoveNetwork c -> NetworkRules.remove(data, c);
      case LeaseBlock c -> LeaseRules.lease(data, c);
      case ReleaseHost c -> HostRules.release(data, c);
      case FenceHost c -> HostRules.fence(data, c);
      case CreateToken c -> TokenRules.create(data, c);
      case UseToken c -> TokenRules.use(data, c);
      case RevokeToken c -> TokenRules.revoke(data, c);
      case SetWantedVoters c -> HostRules.setVoters(data, c);
      case StoreWrappedCaKey c -> HostRules.storeCaKey(data, c);
      case RevokeHost c -> HostRules.revoke(data, c);
      case InstallGossipKey c -> KeyRules.install(data, c);
      case UseGossipKey c -> KeyRules.use(data, c);
      case RemoveGossipKey c -> KeyRules.remove(data, c);
    };
  }

  /** The whole state as bytes; equal states give equal bytes. */
  public byte[] snapshot() {
    return SnapshotCodec.encode(data);
  }

  /** The state that a snapshot was taken of. */
  public static RegistryState restore(byte[] snapshot) throws MalformedRegistryException {
    return new RegistryState(SnapshotCodec.decode(snapshot));
  }

  /** SHA-256 of the snapshot in hex: two hosts compare it to see that they agree. */
  public String stateHash() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(snapshot()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public boolean created() {
    return data.caCertificate != null;
  }

  @Override
  public String cluster() {
    return data.cluster;
  }

  @Override
  public long timeMillis() {
    return data.timeMillis;
  }

  @Override
  public long quarantineMillis() {
    return data.quarantineMillis;
  }

  @Override
  public List<Network> networks() {
    return List.copyOf(data.networks.values());
  }

  @Override
  public Optional<Network> network(String name) {
    return Optional.ofNullable(data.networks.get(name));
  }

  @Override
  public Optional<Network> networkById(String id) {
    return data.networks.values().stream().filter(n -> n.id().equals(id)).findFirst();
  }

  @Override
  public List<Lease> leases() {
    return List.copyOf(data.leases.values());
  }

  @Override
  public List<Lease> leasesOf(String networkId, NodeId holder) {
    return List.copyOf(data.heldBy(holder, networkId));
  }

  @Override
  public Optional<Lease> leaseAt(String networkId, IpAddress address) {
    // A network's blocks are disjoint: only the last that begins at or below can hold the address.
    Map.Entry<LeaseKey, Lease> below =
        data.leases.floorEntry(new LeaseKey(networkId, new AddressBlock(address, address.bits())));
    return below != null
            && below.getKey().networkId().equals(networkId)
            && below.getKey().block().contains(address)
        ? Optional.of(below.getValue())
        : Optional.empty();
  }

  @Override
  public List<Token> tokens() {
    return List.copyOf(data.tokens.values());
  }

  @Override
  public List<Host> hosts() {
    return List.copyOf(data.hosts.values());
  }

  @Override
  public Optional<Host> host(NodeId id) {
    return Optional.ofNullable(data.hosts.get(id));
  }

  @Override
  public List<NodeId> wantedVoters() {
    return List.copyOf(data.wantedVoters);
  }

  @Override
  public Optional<Blob> caCertificate() {
    return Optional.ofNullable(data.caCertificate);
  }

  @Override
  public Optional<Blob> wrappedCaKey(NodeId voter) {
    return Optional.ofNullable(data.wrappedCaKeys.get(voter));
  }

  @Override
  public GossipEpochs gossipEpochs() {
    return data.gossipEpochs;
  }

  @Override
  public boolean revoked(NodeId id) {
    Host host = data.hosts.get(id);
    return host != null && host.state() == HostState.REVOKED;
  }
}
