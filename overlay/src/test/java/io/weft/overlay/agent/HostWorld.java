package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.overlay.agent.proto.JoinRequest;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.identity.Pem;
import io.weft.security.keyring.KeyringFile;
import io.weft.security.token.JoinToken;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Several hosts' control planes with all their real cores and the real consensus engine, in virtual
 * time. Network, data plane and disk (but for the engine's) are modelled.
 */
final class HostWorld {
  static final long QUARANTINE_MILLIS = 600_000;

  final VirtualClock clock;
  final ModelNetwork network;
  final SortedMap<Integer, SimHost> hosts = new TreeMap<>();
  final List<Throwable> thrown = new ArrayList<>();
  private final Path directory;
  private final long seed;
  private int endpointCount;

  HostWorld(long seed, Path directory) {
    this.seed = seed;
    this.directory = directory;
    clock = new VirtualClock(seed);
    network = new ModelNetwork(clock, hosts);
  }

  SimHost get(int number) {
    SimHost host = hosts.get(number);
    if (host == null) {
      throw new IllegalArgumentException("no host " + number);
    }
    return host;
  }

  private SimHost add(int number, NodeIdentity identity) {
    SimHost host =
        new SimHost(this, number, identity, directory.resolve("seed-" + seed + "-host-" + number));
    hosts.put(number, host);
    return host;
  }

  /** Host 1 founds the cluster and has created it. */
  HostWorld founded() {
    NodeIdentity identity = identity(1);
    SimHost host = add(1, identity);
    host.founds = true;
    host.start();
    until("the cluster is created", () -> get(1).core().registry().created());
    return this;
  }

  /** A cluster of hosts 1 to n; with three or more it has three voters. */
  HostWorld grown(int n) {
    founded();
    for (int i = 2; i <= n; i++) {
      joined(i, 1);
    }
    if (n >= 3) {
      until("there are three voters", () -> voters().size() == 3 && leader() != null);
    }
    return this;
  }

  /** A host joins by a fresh token through another, and is known to all. */
  SimHost joined(int number, int via) {
    JoinReply reply = ask(number, via, token(via, 1));
    assertThat(reply.getError()).isEmpty();
    return seen(number, admit(number, reply));
  }

  /** As {@link #joined}, at an address of another's choice. */
  SimHost joinedAt(int number, int via, PeerAddress address) {
    JoinReply reply = ask(number, via, token(via, 1));
    assertThat(reply.getError()).isEmpty();
    return seen(number, admit(number, reply, address));
  }

  private SimHost seen(int number, SimHost host) {
    until(
        "host " + number + " sees the registry",
        () -> host.core().registry().created() && host.core().registryRole() != null);
    until("everybody knows host " + number, () -> allPresent(number));
    return host;
  }

  private boolean allPresent(int number) {
    return live().stream()
        .allMatch(
            h ->
                h.core().members().stream()
                    .anyMatch(m -> m.id().equals(get(number).id) && m.present()));
  }

  /** Starts a host with what a join brought it. */
  SimHost admit(int number, JoinReply reply) {
    return admit(number, reply, ModelNetwork.address(number));
  }

  private SimHost admit(int number, JoinReply reply, PeerAddress address) {
    try {
      NodeIdentity identity =
          NodeIdentity.of(
              Keys.of(number).getPrivate(),
              Pem.certificate(reply.getCertificate().toByteArray()),
              Pem.certificate(reply.getCaCertificate().toByteArray()));
      SimHost host = add(number, identity);
      host.address = address;
      host.savedKeys = KeyringFile.decode(reply.getKeyring().toByteArray());
      reply
          .getSeedList()
          .forEach(
              s ->
                  host.peers.add(
                      new KnownPeer(
                          PeerAddress.of(s.getIp().toByteArray(), s.getPort()),
                          NodeId.ofBytes(s.getNode().toByteArray()))));
      host.start();
      return host;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static NodeIdentity identity(int number) {
    CertificateRequest request = CertificateRequest.create(Keys.of(number), "host-" + number);
    var certificate =
        Keys.CA.sign(
            request, "host-" + number, java.time.Instant.ofEpochMilli(VirtualClock.EPOCH_MILLIS));
    return NodeIdentity.of(Keys.of(number).getPrivate(), certificate, Keys.CA.certificate());
  }

  /** A token that the registry knows. */
  JoinToken token(int onHost, int uses) {
    JoinToken token = JoinToken.create(Keys.CA.fingerprint(), new SecureRandom());
    submit(
        onHost,
        new RegistryCommand.CreateToken(
            token.id(), Blob.of(token.secretHash()), clock.wallMillis() + 600_000, uses));
    return token;
  }

  static JoinRequest request(int number, JoinToken token) {
    return JoinRequest.newBuilder()
        .setTokenId(token.id())
        .setSecret(token.secret())
        .setName("host-" + number)
        .setCertificateRequest(
            ByteString.copyFrom(
                CertificateRequest.create(Keys.of(number), "host-" + number).encoded()))
        .build();
  }

  JoinReply ask(int number, int via, JoinToken token) {
    return ask(via, request(number, token).toByteArray());
  }

  /** Sends a join request over an anonymous link and awaits the reply. */
  JoinReply ask(int via, byte[] request) {
    return askFrom("10.0.9.9:4000", via, request);
  }

  /** The same, from an address. */
  JoinReply askFrom(String source, int via, byte[] request) {
    ModelNetwork.Joiner joiner = network.joiner(get(via), PeerAddress.parse(source));
    joiner.send(request);
    until("the join is answered", () -> !joiner.replies.isEmpty());
    joiner.close();
    return joiner.replies.getFirst();
  }

  CommandResult.Answer submit(int number, RegistryCommand command) {
    return await(begin(number, command)).granted();
  }

  Answer<CommandResult.Answer> begin(int number, RegistryCommand command) {
    Answer<CommandResult.Answer> answer = new Answer<>();
    get(number).put(new HostInput.Submit(command, answer));
    return answer;
  }

  <T> Answer<T> await(Answer<T> answer) {
    until("an answer comes", answer::isThere);
    return answer;
  }

  AttachOrder order(String networkName) {
    return order(networkName, null);
  }

  AttachOrder order(String networkName, @Nullable String ip) {
    String id = "%012x".formatted(++endpointCount * 0x1000001L) + "00000000";
    return new AttachOrder(id, networkName, "/netns/" + id, "eth0", ip, null, new TreeMap<>());
  }

  Answer<LocalEndpoint> attaching(int number, AttachOrder order) {
    Answer<LocalEndpoint> answer = new Answer<>();
    get(number).put(new HostInput.Attach(order, answer));
    return answer;
  }

  LocalEndpoint attached(int number, String networkName) {
    return await(attaching(number, order(networkName))).granted();
  }

  Answer<LocalEndpoint> detaching(int number, String idOrName) {
    Answer<LocalEndpoint> answer = new Answer<>();
    get(number).put(new HostInput.Detach(idOrName, answer));
    return answer;
  }

  Answer<io.weft.security.identity.NodeId> leaving(int number) {
    Answer<io.weft.security.identity.NodeId> answer = new Answer<>();
    get(number).put(new HostInput.Leave(answer));
    return answer;
  }

  List<SimHost> live() {
    return hosts.values().stream().filter(SimHost::isRunning).toList();
  }

  /** Whose engine leads, with a leader that a majority follows; null when there is none. */
  @org.jspecify.annotations.Nullable
  SimHost leader() {
    return live().stream()
        .filter(h -> h.core().engine().role() == EngineStatus.Role.LEADER)
        .max((a, b) -> Long.compare(a.core().engine().term(), b.core().engine().term()))
        .orElse(null);
  }

  /** The live hosts whose engines are voters. */
  List<Integer> voters() {
    return live().stream()
        .filter(
            h ->
                switch (h.core().engine().role()) {
                  case LEADER, FOLLOWER -> true;
                  case STOPPED, JOINING, CANDIDATE -> false;
                })
        .map(h -> h.number)
        .toList();
  }

  void until(String what, BooleanSupplier condition) {
    boolean held = clock.runUntil(() -> !thrown.isEmpty() || condition.getAsBoolean(), 180_000);
    assertThat(thrown).as("what left HostCore.step").isEmpty();
    assertThat(held).as("%s within 180 virtual s (seed %d)", what, seed).isTrue();
  }

  void run(long millis) {
    clock.runUntil(() -> !thrown.isEmpty(), millis);
    assertThat(thrown).as("what left HostCore.step").isEmpty();
  }

  void close() {
    hosts.values().forEach(SimHost::crash);
    assertThat(thrown).as("what left HostCore.step").isEmpty();
  }
}
