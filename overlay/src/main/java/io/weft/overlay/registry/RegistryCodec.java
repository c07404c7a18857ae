package io.weft.overlay.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.overlay.ipam.AddressBlock;
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
import io.weft.overlay.registry.proto.Command;
import java.util.ArrayList;
import java.util.List;

/** Commands as bytes of the log, each in an envelope with its idempotency key. */
public final class RegistryCodec {

  /**
   * A command and the key under which it is applied once.
   *
   * @param key {@link RegistryLimits#IDEMPOTENCY_KEY_BYTES} bytes, random for each new intent
   */
  public record Envelope(Blob key, RegistryCommand command) {}

  private RegistryCodec() {}

  /** The bytes to submit; a retry submits the same bytes. */
  public static byte[] encode(byte[] idempotencyKey, RegistryCommand command) {
    if (idempotencyKey.length != RegistryLimits.IDEMPOTENCY_KEY_BYTES) {
      throw new IllegalArgumentException(
          "an idempotency key has %d bytes, not %d"
              .formatted(RegistryLimits.IDEMPOTENCY_KEY_BYTES, idempotencyKey.length));
    }
    Command.Builder envelope =
        Command.newBuilder().setIdempotencyKey(ProtoValues.bytes(idempotencyKey));
    switch (command) {
      case CreateGenesis c -> envelope.setCreateGenesis(genesis(c));
      case RegisterHost c ->
          envelope.getRegisterHostBuilder().setHost(ProtoValues.node(c.host())).setName(c.name());
      case CreateNetwork c -> envelope.setCreateNetwork(createNetwork(c));
      case RemoveNetwork c -> envelope.getRemoveNetworkBuilder().setName(c.name());
      case LeaseBlock c ->
          envelope
              .getLeaseBlockBuilder()
              .setNetwork(c.network())
              .setHost(ProtoValues.node(c.host()))
              .addAllAvoid(c.avoid().stream().map(ProtoValues::block).toList())
              .setAdditional(c.additional());
      case ReleaseHost c -> envelope.getReleaseHostBuilder().setHost(ProtoValues.node(c.host()));
      case FenceHost c -> envelope.getFenceHostBuilder().setHost(ProtoValues.node(c.host()));
      case CreateToken c ->
          envelope
              .getCreateTokenBuilder()
              .setId(c.id())
              .setSecretHash(ProtoValues.bytes(c.secretHash()))
              .setExpiresAtMillis(c.expiresAtMillis())
              .setUses(c.uses());
      case UseToken c ->
          envelope
              .getUseTokenBuilder()
              .setId(c.id())
              .setSecretHash(ProtoValues.bytes(c.secretHash()))
              .setHost(ProtoValues.node(c.host()))
              .setHostName(c.hostName());
      case RevokeToken c -> envelope.getRevokeTokenBuilder().setId(c.id());
      case SetWantedVoters c ->
          envelope
              .getSetWantedVotersBuilder()
              .addAllVoters(c.voters().stream().map(ProtoValues::node).toList());
      case StoreWrappedCaKey c ->
          envelope
              .getStoreWrappedCaKeyBuilder()
              .setVoter(ProtoValues.node(c.voter()))
              .setWrapped(ProtoValues.bytes(c.wrapped()));
      case RevokeHost c -> envelope.getRevokeHostBuilder().setHost(ProtoValues.node(c.host()));
      case InstallGossipKey c ->
          envelope
              .getInstallGossipKeyBuilder()
              .setEpoch(c.epoch())
              .setFingerprint(ProtoValues.bytes(c.fingerprint()));
      case UseGossipKey c -> envelope.getUseGossipKeyBuilder().setEpoch(c.epoch());
      case RemoveGossipKey c -> envelope.getRemoveGossipKeyBuilder().setEpoch(c.epoch());
    }
    return envelope.build().toByteArray();
  }

  private static io.weft.overlay.registry.proto.CreateGenesis genesis(CreateGenesis c) {
    return io.weft.overlay.registry.proto.CreateGenesis.newBuilder()
        .setCluster(c.cluster())
        .setCaCertificate(ProtoValues.bytes(c.caCertificateDer()))
        .setHost(ProtoValues.node(c.host()))
        .setHostName(c.hostName())
        .setWrappedCaKey(ProtoValues.bytes(c.wrappedCaKey()))
        .setQuarantineMillis(c.quarantineMillis())
        .build();
  }

  private static io.weft.overlay.registry.proto.CreateNetwork createNetwork(CreateNetwork c) {
    var network =
        io.weft.overlay.registry.proto.CreateNetwork.newBuilder()
            .setName(c.name())
            .setVni(c.vni())
            .setMtu(c.mtu())
            .setHostBlockLength(c.hostBlockLength())
            .addAllAvoid(c.avoid().stream().map(ProtoValues::block).toList());
    if (c.subnet() != null) {
      network.setSubnet(ProtoValues.block(c.subnet()));
    }
    if (c.subnet6() != null) {
      network.setSubnet6(ProtoValues.block(c.subnet6()));
    }
    return network.build();
  }

  /** Reads a command; whatever the bytes are, the only failure is the declared one. */
  public static Envelope decode(byte[] bytes) throws MalformedRegistryException {
    if (bytes.length > RegistryLimits.MAX_COMMAND_BYTES) {
      throw new MalformedRegistryException(
          "a command of %d bytes; at most %d are taken"
              .formatted(bytes.length, RegistryLimits.MAX_COMMAND_BYTES));
    }
    Command envelope;
    try {
      envelope = Command.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedRegistryException("no command: " + e.getMessage());
    }
    Blob key = ProtoValues.blob(envelope.getIdempotencyKey());
    if (key.size() != RegistryLimits.IDEMPOTENCY_KEY_BYTES) {
      throw new MalformedRegistryException(
          "an idempotency key of %d bytes in place of %d"
              .formatted(key.size(), RegistryLimits.IDEMPOTENCY_KEY_BYTES));
    }
    return new Envelope(key, body(envelope));
  }

  private static RegistryCommand body(Command envelope) throws MalformedRegistryException {
    return switch (envelope.getBodyCase()) {
      case CREATE_GENESIS -> genesis(envelope.getCreateGenesis());
      case REGISTER_HOST -> {
        var c = envelope.getRegisterHost();
        yield new RegisterHost(ProtoValues.node(c.getHost()), c.getName());
      }
      case CREATE_NETWORK -> createNetwork(envelope.getCreateNetwork());
      case REMOVE_NETWORK -> new RemoveNetwork(envelope.getRemoveNetwork().getName());
      case LEASE_BLOCK -> leaseBlock(envelope.getLeaseBlock());
      case RELEASE_HOST -> new ReleaseHost(ProtoValues.node(envelope.getReleaseHost().getHost()));
      case FENCE_HOST -> new FenceHost(ProtoValues.node(envelope.getFenceHost().getHost()));
      case CREATE_TOKEN -> {
        var c = envelope.getCreateToken();
        yield new CreateToken(
            c.getId(), ProtoValues.blob(c.getSecretHash()), c.getExpiresAtMillis(), c.getUses());
      }
      case USE_TOKEN -> {
        var c = envelope.getUseToken();
        yield new UseToken(
            c.getId(),
            ProtoValues.blob(c.getSecretHash()),
            ProtoValues.node(c.getHost()),
            c.getHostName());
      }
      case REVOKE_TOKEN -> new RevokeToken(envelope.getRevokeToken().getId());
      case SET_WANTED_VOTERS ->
          new SetWantedVoters(ProtoValues.nodes(envelope.getSetWantedVoters().getVotersList()));
      case STORE_WRAPPED_CA_KEY -> {
        var c = envelope.getStoreWrappedCaKey();
        yield new StoreWrappedCaKey(
            ProtoValues.node(c.getVoter()), ProtoValues.blob(c.getWrapped()));
      }
      case REVOKE_HOST -> new RevokeHost(ProtoValues.node(envelope.getRevokeHost().getHost()));
      case INSTALL_GOSSIP_KEY -> {
        var c = envelope.getInstallGossipKey();
        yield new InstallGossipKey(c.getEpoch(), ProtoValues.blob(c.getFingerprint()));
      }
      case USE_GOSSIP_KEY -> new UseGossipKey(envelope.getUseGossipKey().getEpoch());
      case REMOVE_GOSSIP_KEY -> new RemoveGossipKey(envelope.getRemoveGossipKey().getEpoch());
      case BODY_NOT_SET ->
          throw new MalformedRegistryException("a command of a kind that this version has not");
    };
  }

  private static CreateGenesis genesis(io.weft.overlay.registry.proto.CreateGenesis c)
      throws MalformedRegistryException {
    return new CreateGenesis(
        c.getCluster(),
        ProtoValues.blob(c.getCaCertificate()),
        ProtoValues.node(c.getHost()),
        c.getHostName(),
        ProtoValues.blob(c.getWrappedCaKey()),
        c.getQuarantineMillis());
  }

  private static CreateNetwork createNetwork(io.weft.overlay.registry.proto.CreateNetwork c)
      throws MalformedRegistryException {
    return new CreateNetwork(
        c.getName(),
        c.hasSubnet() ? ProtoValues.block(c.getSubnet()) : null,
        c.hasSubnet6() ? ProtoValues.block(c.getSubnet6()) : null,
        c.getVni(),
        c.getMtu(),
        c.getHostBlockLength(),
        blocks(c.getAvoidList()));
  }

  private static LeaseBlock leaseBlock(io.weft.overlay.registry.proto.LeaseBlock c)
      throws MalformedRegistryException {
    return new LeaseBlock(
        c.getNetwork(), ProtoValues.node(c.getHost()), blocks(c.getAvoidList()), c.getAdditional());
  }

  private static List<AddressBlock> blocks(List<io.weft.overlay.registry.proto.Block> encoded)
      throws MalformedRegistryException {
    List<AddressBlock> blocks = new ArrayList<>();
    for (io.weft.overlay.registry.proto.Block block : encoded) {
      blocks.add(ProtoValues.block(block));
    }
    return blocks;
  }
}
