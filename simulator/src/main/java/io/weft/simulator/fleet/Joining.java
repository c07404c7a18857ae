package io.weft.simulator.fleet;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.agent.Reply;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.overlay.agent.proto.JoinRequest;
import io.weft.overlay.agent.proto.Seed;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.KeyringFile;
import io.weft.security.token.JoinToken;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The join command on a new host and the operator who runs it: a token is made on a member, the
 * request goes to that member, and all again until it works.
 */
final class Joining {
  private static final long RETRY_NANOS = 500_000_000L;
  private static final long TIMEOUT_NANOS = 20_000_000_000L;
  private static final long TOKEN_MILLIS = 3_600_000L;
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  private final FleetHost host;
  private final long life;
  private final Identities.Made made;
  private final RandomGenerator random;
  private long nextLinkId = 2;
  private int attempts;
  private String secret = "";
  private String tokenId = "";

  Joining(FleetHost host, long life, Identities.Made made) {
    this.host = host;
    this.life = life;
    this.made = made;
    this.random = host.world().random().stream("join-" + life, host.number);
  }

  private void again() {
    int before = attempts;
    host.turns()
        .at(
            life,
            host.world().nowNanos() + RETRY_NANOS,
            () -> {
              if (attempts == before) {
                attempt();
              }
            });
  }

  void attempt() {
    attempts++;
    List<FleetHost> members = new ArrayList<>();
    for (FleetHost other : host.fleet.hosts()) {
      var core = other.core();
      if (other.running() && core != null && core.registry().created()) {
        members.add(other);
      }
    }
    if (members.isEmpty()) {
      again();
      return;
    }
    FleetHost member = members.get(random.nextInt(members.size()));
    tokenId = text(JoinToken.ID_CHARACTERS);
    secret = text(JoinToken.SECRET_CHARACTERS);
    JoinToken token = new JoinToken(tokenId, secret, Identities.ca().fingerprint());
    int ours = attempts;
    host.turns()
        .at(
            life,
            host.world().nowNanos() + TIMEOUT_NANOS,
            () -> {
              if (attempts == ours) {
                attempt();
              }
            });
    member.ask(
        new HostInput.Submit(
            new RegistryCommand.CreateToken(
                token.id(), Blob.of(token.secretHash()), member.wallMillis() + TOKEN_MILLIS, 1),
            new Reply<CommandResult.Answer>() {
              @Override
              public void done(CommandResult.Answer answer) {
                host.turns().at(life, host.world().nowNanos(), () -> dial(member.address(), ours));
              }

              @Override
              public void refused(Refusal refusal) {
                host.fleet.judge().refused(member, refusal);
                host.turns().at(life, host.world().nowNanos(), () -> failedAttempt(ours));
              }
            }));
  }

  private void failedAttempt(int attempt) {
    if (attempt == attempts) {
      again();
    }
  }

  private void dial(PeerAddress member, int attempt) {
    if (attempt == attempts) {
      nextLinkId += 2;
      host.fleet.fabric().dialAsJoiner(host.number, nextLinkId, member);
    }
  }

  private String text(int characters) {
    StringBuilder text = new StringBuilder(characters);
    for (int i = 0; i < characters; i++) {
      text.append(BASE32.charAt(random.nextInt(BASE32.length())));
    }
    return text.toString();
  }

  void dialed(long linkId) {
    if (linkId != nextLinkId) {
      return;
    }
    JoinRequest request =
        JoinRequest.newBuilder()
            .setTokenId(tokenId)
            .setSecret(secret)
            .setName(host.spec.name())
            .setCertificateRequest(ByteString.copyFrom(made.request()))
            .build();
    host.fleet
        .fabric()
        .send(host.number, linkId, Channel.JOIN, request.toByteArray(), HostShell.JOIN_WEIGHT);
  }

  void failed(long linkId) {
    if (linkId == nextLinkId) {
      again();
    }
  }

  void message(long linkId, Channel channel, byte[] bytes) {
    if (linkId != nextLinkId || channel != Channel.JOIN) {
      return;
    }
    JoinReply reply;
    try {
      reply = JoinReply.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a join reply that was just written cannot be read", e);
    }
    host.fleet.fabric().close(host.number, linkId);
    if (!reply.getError().isEmpty()) {
      again();
      return;
    }
    List<KnownPeer> peers = new ArrayList<>();
    for (Seed seed : reply.getSeedList()) {
      peers.add(
          new KnownPeer(
              PeerAddress.of(seed.getIp().toByteArray(), seed.getPort()),
              NodeId.ofBytes(seed.getNode().toByteArray())));
    }
    host.joined(made, peers, KeyringFile.decode(reply.getKeyring().toByteArray()));
  }
}
