package io.weft.overlay.registry;

import io.weft.overlay.registry.proto.HostState;
import io.weft.overlay.registry.proto.InstallGossipKey;
import java.util.TreeMap;
import java.util.TreeSet;

/** The registry's own records between their types here and those on the wire. */
final class StateCodec {
  private StateCodec() {}

  static io.weft.overlay.registry.proto.Network network(Network n) {
    var proto =
        io.weft.overlay.registry.proto.Network.newBuilder()
            .setName(n.name())
            .setId(n.id())
            .setVni(n.vni())
            .setSubnet(ProtoValues.block(n.subnet()))
            .setMtu(n.mtu())
            .setHostBlockLength(n.hostBlockLength())
            .setHostBlockLength6(n.hostBlockLength6());
    if (n.subnet6() != null) {
      proto.setSubnet6(ProtoValues.block(n.subnet6()));
    }
    return proto.build();
  }

  static Network network(io.weft.overlay.registry.proto.Network n)
      throws MalformedRegistryException {
    return new Network(
        n.getName(),
        n.getId(),
        n.getVni(),
        ProtoValues.block(n.getSubnet()),
        n.hasSubnet6() ? ProtoValues.block(n.getSubnet6()) : null,
        n.getMtu(),
        n.getHostBlockLength(),
        n.getHostBlockLength6());
  }

  static io.weft.overlay.registry.proto.Lease lease(Lease l) {
    return io.weft.overlay.registry.proto.Lease.newBuilder()
        .setNetworkId(l.networkId())
        .setNetworkName(l.networkName())
        .setBlock(ProtoValues.block(l.block()))
        .setHolder(ProtoValues.node(l.holder()))
        .setFence(l.fence())
        .setState(
            switch (l.state()) {
              case LEASED -> io.weft.overlay.registry.proto.LeaseState.LEASE_STATE_LEASED;
              case QUARANTINED -> io.weft.overlay.registry.proto.LeaseState.LEASE_STATE_QUARANTINED;
              case FENCED -> io.weft.overlay.registry.proto.LeaseState.LEASE_STATE_FENCED;
            })
        .setReusableAtMillis(l.reusableAtMillis())
        .build();
  }

  static Lease lease(io.weft.overlay.registry.proto.Lease l) throws MalformedRegistryException {
    LeaseState state =
        switch (l.getState()) {
          case LEASE_STATE_LEASED -> LeaseState.LEASED;
          case LEASE_STATE_QUARANTINED -> LeaseState.QUARANTINED;
          case LEASE_STATE_FENCED -> LeaseState.FENCED;
          case LEASE_STATE_UNSPECIFIED, UNRECOGNIZED ->
              throw new MalformedRegistryException("a lease in no known state");
        };
    return new Lease(
        l.getNetworkId(),
        l.getNetworkName(),
        ProtoValues.block(l.getBlock()),
        ProtoValues.node(l.getHolder()),
        l.getFence(),
        state,
        l.getReusableAtMillis());
  }

  static io.weft.overlay.registry.proto.Host host(Host h) {
    return io.weft.overlay.registry.proto.Host.newBuilder()
        .setId(ProtoValues.node(h.id()))
        .setName(h.name())
        .setState(
            switch (h.state()) {
              case ACTIVE -> HostState.HOST_STATE_ACTIVE;
              case LEFT -> HostState.HOST_STATE_LEFT;
              case FENCED -> HostState.HOST_STATE_FENCED;
              case REVOKED -> HostState.HOST_STATE_REVOKED;
            })
        .setSinceMillis(h.sinceMillis())
        .build();
  }

  static Host host(io.weft.overlay.registry.proto.Host h) throws MalformedRegistryException {
    io.weft.overlay.registry.HostState state =
        switch (h.getState()) {
          case HOST_STATE_ACTIVE -> io.weft.overlay.registry.HostState.ACTIVE;
          case HOST_STATE_LEFT -> io.weft.overlay.registry.HostState.LEFT;
          case HOST_STATE_FENCED -> io.weft.overlay.registry.HostState.FENCED;
          case HOST_STATE_REVOKED -> io.weft.overlay.registry.HostState.REVOKED;
          case HOST_STATE_UNSPECIFIED, UNRECOGNIZED ->
              throw new MalformedRegistryException("a host in no known state");
        };
    return new Host(ProtoValues.node(h.getId()), h.getName(), state, h.getSinceMillis());
  }

  static io.weft.overlay.registry.proto.Token token(Token t) {
    return io.weft.overlay.registry.proto.Token.newBuilder()
        .setId(t.id())
        .setSecretHash(ProtoValues.bytes(t.secretHash()))
        .setExpiresAtMillis(t.expiresAtMillis())
        .setUsesAllowed(t.usesAllowed())
        .addAllUsedBy(t.usedBy().stream().map(ProtoValues::node).toList())
        .setRevoked(t.revoked())
        .build();
  }

  static Token token(io.weft.overlay.registry.proto.Token t) throws MalformedRegistryException {
    return new Token(
        t.getId(),
        ProtoValues.blob(t.getSecretHash()),
        t.getExpiresAtMillis(),
        t.getUsesAllowed(),
        new TreeSet<>(ProtoValues.nodes(t.getUsedByList())),
        t.getRevoked());
  }

  static io.weft.overlay.registry.proto.GossipEpochs gossipEpochs(GossipEpochs e) {
    var proto =
        io.weft.overlay.registry.proto.GossipEpochs.newBuilder()
            .setRevision(e.revision())
            .setUsed(e.used())
            .setNewest(e.newest());
    e.accepted()
        .forEach(
            (epoch, fingerprint) ->
                proto.addAccepted(
                    InstallGossipKey.newBuilder()
                        .setEpoch(epoch)
                        .setFingerprint(ProtoValues.bytes(fingerprint))));
    return proto.build();
  }

  static GossipEpochs gossipEpochs(io.weft.overlay.registry.proto.GossipEpochs e)
      throws MalformedRegistryException {
    TreeMap<Integer, Blob> accepted = new TreeMap<>();
    e.getAcceptedList()
        .forEach(key -> accepted.put(key.getEpoch(), ProtoValues.blob(key.getFingerprint())));
    if (!accepted.containsKey(e.getUsed())) {
      throw new MalformedRegistryException("the gossip key in use is not among those accepted");
    }
    return new GossipEpochs(e.getRevision(), accepted, e.getUsed(), e.getNewest());
  }
}
