package io.weft.overlay.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.overlay.registry.RegistryData.Retired;
import io.weft.overlay.registry.proto.Remembered;
import io.weft.overlay.registry.proto.RetiredNetwork;
import io.weft.overlay.registry.proto.Snapshot;
import io.weft.overlay.registry.proto.StoreWrappedCaKey;

/** The whole state as bytes: versioned, and in one order, so that equal states are equal bytes. */
final class SnapshotCodec {
  /** Rises when an older reader could not make the same state of it. */
  static final int FORMAT_VERSION = 1;

  private SnapshotCodec() {}

  static byte[] encode(RegistryData data) {
    Snapshot.Builder snapshot =
        Snapshot.newBuilder()
            .setFormatVersion(FORMAT_VERSION)
            .setSequence(data.sequence)
            .setTimeMillis(data.timeMillis)
            .setCluster(data.cluster)
            .setQuarantineMillis(data.quarantineMillis);
    if (data.caCertificate != null) {
      snapshot.setCaCertificate(ProtoValues.bytes(data.caCertificate));
    }
    data.hosts.values().forEach(h -> snapshot.addHosts(StateCodec.host(h)));
    data.networks.values().forEach(n -> snapshot.addNetworks(StateCodec.network(n)));
    data.retired
        .values()
        .forEach(
            r ->
                snapshot.addRetired(
                    RetiredNetwork.newBuilder()
                        .setNetwork(StateCodec.network(r.network()))
                        .setReusableAtMillis(r.reusableAtMillis())));
    data.leases.values().forEach(l -> snapshot.addLeases(StateCodec.lease(l)));
    data.tokens.values().forEach(t -> snapshot.addTokens(StateCodec.token(t)));
    data.wantedVoters.forEach(v -> snapshot.addWantedVoters(ProtoValues.node(v)));
    data.wrappedCaKeys.forEach(
        (voter, wrapped) ->
            snapshot.addWrappedCaKeys(
                StoreWrappedCaKey.newBuilder()
                    .setVoter(ProtoValues.node(voter))
                    .setWrapped(ProtoValues.bytes(wrapped))));
    data.remembered.forEach(
        (key, result) ->
            snapshot.addRemembered(
                Remembered.newBuilder()
                    .setIdempotencyKey(ProtoValues.bytes(key))
                    .setResult(ProtoValues.bytes(result))));
    if (!data.gossipEpochs.equals(GossipEpochs.FOUNDED)) {
      snapshot.setGossipEpochs(StateCodec.gossipEpochs(data.gossipEpochs));
    }
    return snapshot.build().toByteArray();
  }

  static RegistryData decode(byte[] bytes) throws MalformedRegistryException {
    Snapshot snapshot;
    try {
      snapshot = Snapshot.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedRegistryException("no snapshot of the registry: " + e.getMessage());
    }
    if (snapshot.getFormatVersion() != FORMAT_VERSION) {
      throw new MalformedRegistryException(
          "a registry snapshot of format %d; this version of Weft reads format %d"
              .formatted(snapshot.getFormatVersion(), FORMAT_VERSION));
    }
    RegistryData data = new RegistryData();
    data.sequence = snapshot.getSequence();
    data.timeMillis = snapshot.getTimeMillis();
    data.cluster = snapshot.getCluster();
    data.quarantineMillis = snapshot.getQuarantineMillis();
    if (!snapshot.getCaCertificate().isEmpty()) {
      data.caCertificate = ProtoValues.blob(snapshot.getCaCertificate());
    }
    for (var proto : snapshot.getHostsList()) {
      Host host = StateCodec.host(proto);
      data.hosts.put(host.id(), host);
    }
    for (var proto : snapshot.getNetworksList()) {
      Network network = StateCodec.network(proto);
      data.networks.put(network.name(), network);
    }
    for (var proto : snapshot.getRetiredList()) {
      Network network = StateCodec.network(proto.getNetwork());
      data.retired.put(network.id(), new Retired(network, proto.getReusableAtMillis()));
    }
    for (var proto : snapshot.getLeasesList()) {
      data.put(StateCodec.lease(proto));
    }
    for (var proto : snapshot.getTokensList()) {
      Token token = StateCodec.token(proto);
      data.tokens.put(token.id(), token);
    }
    data.wantedVoters.addAll(ProtoValues.nodes(snapshot.getWantedVotersList()));
    for (var proto : snapshot.getWrappedCaKeysList()) {
      data.wrappedCaKeys.put(
          ProtoValues.node(proto.getVoter()), ProtoValues.blob(proto.getWrapped()));
    }
    for (var proto : snapshot.getRememberedList()) {
      data.remembered.put(
          ProtoValues.blob(proto.getIdempotencyKey()), ProtoValues.blob(proto.getResult()));
    }
    if (snapshot.hasGossipEpochs()) {
      data.gossipEpochs = StateCodec.gossipEpochs(snapshot.getGossipEpochs());
    }
    return data;
  }
}
