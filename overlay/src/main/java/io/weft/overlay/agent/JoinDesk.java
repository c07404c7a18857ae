package io.weft.overlay.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.Member;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.ForwardedJoin;
import io.weft.overlay.agent.proto.ForwardedJoinReply;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.overlay.agent.proto.JoinRequest;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.agent.proto.Seed;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.Network;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.InvalidRequestException;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.KeyringFile;
import io.weft.security.token.TokenSecrets;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Lets new hosts in. A joiner comes over a link on which it has checked the CA's pin but has proven
 * nothing itself; its token is counted by the registry, and a voter, which holds the CA's key,
 * signs its certificate. A host that holds no such key passes the request on to one that does.
 */
final class JoinDesk {
  /** The most joins under way. */
  static final int MAX_PENDING = 64;

  /** A join that was passed on and brought no answer is forgotten after this time. */
  static final long FORWARD_MILLIS = 20_000;

  /** The most links of joiners from one address; as many may join at once from behind one. */
  static final int MAX_LINKS_OF_ONE_SOURCE = 8;

  /** The most members that a joiner is told of; gossip tells it the rest. */
  static final int MAX_SEEDS = 32;

  /** A link without a certificate is closed after this time, whatever is under way on it. */
  static final long JOINER_MILLIS = 30_000;

  /** The longest token id, secret or host name that is looked at, in characters. */
  static final int MAX_TEXT = 255;

  private record Pending(
      NodeId voter, String from, Consumer<JoinReply> reply, long deadlineNanos) {}

  private record Joiner(PeerAddress from, long deadlineNanos) {}

  private static final String TOO_MANY_REFUSALS =
      "too many joins from there were refused lately; try again in a minute";

  private final HostContext context;
  private final Directory directory;
  private final Links links;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final Registrar registrar;
  private final EngineKeeper keeper;
  private final KeyringDesk keyring;
  private final TreeMap<Long, Joiner> joiners = new TreeMap<>();
  private final TreeMap<Long, Pending> forwarded = new TreeMap<>();
  private final RefusedJoins refused;
  private long nextForwardId = 1;
  private int underWay;

  JoinDesk(
      HostContext context,
      Directory directory,
      Links links,
      Voters voters,
      RegistryMirror mirror,
      Registrar registrar,
      EngineKeeper keeper,
      KeyringDesk keyring) {
    this.context = context;
    this.directory = directory;
    this.links = links;
    this.voters = voters;
    this.mirror = mirror;
    this.registrar = registrar;
    this.keeper = keeper;
    this.keyring = keyring;
    this.refused = new RefusedJoins(context);
  }

  void accepted(long linkId, PeerAddress from) {
    long ofSource = joiners.values().stream().filter(j -> j.from().ip().equals(from.ip())).count();
    if (joiners.size() >= MAX_PENDING || ofSource >= MAX_LINKS_OF_ONE_SOURCE) {
      context.out().closeLink(linkId);
      return;
    }
    joiners.put(linkId, new Joiner(from, context.inMillis(JOINER_MILLIS)));
  }

  void closed(long linkId) {
    joiners.remove(linkId);
  }

  void message(long linkId, byte[] bytes) {
    Joiner joiner = joiners.get(linkId);
    if (joiner == null) {
      return;
    }
    PeerAddress from = joiner.from();
    Consumer<JoinReply> reply =
        answer -> {
          if (joiners.containsKey(linkId)) {
            context.out().sendLink(linkId, Channel.JOIN, answer.toByteArray());
          }
        };
    try {
      JoinRequest request = JoinRequest.parseFrom(bytes);
      if (refused.tooMany(from.ip().getHostAddress())) {
        reply.accept(refusal(TOO_MANY_REFUSALS));
        return;
      }
      Optional<Network> around = HostAddresses.networkAround(from.ip(), mirror.view().networks());
      if (around.isPresent()) {
        String why =
            "this host's address %s lies in network %s, which would draw its tunnels into itself; give the host another address, or the network another subnet"
                .formatted(from.ip().getHostAddress(), around.get().name());
        refuse(why, from.ip().getHostAddress(), reply);
        return;
      }
      decide(request, from.ip().getHostAddress(), reply);
    } catch (InvalidProtocolBufferException e) {
      refuse("a malformed join request", from.ip().getHostAddress(), reply);
    }
  }

  /** Another member passes on what a joiner sent it. */
  void forwarded(NodeId from, ForwardedJoin message) {
    Consumer<JoinReply> reply =
        answer ->
            links.send(
                from,
                Channel.REGISTRY,
                RegistryMessage.newBuilder()
                    .setForwardedJoinReply(
                        ForwardedJoinReply.newBuilder()
                            .setRequestId(message.getRequestId())
                            .setReply(answer))
                    .build()
                    .toByteArray());
    // A member may lie about whom it speaks for; then only its own joiners are kept waiting.
    String source = directory.nameOf(from) + " for " + message.getSource();
    if (refused.tooMany(source)) {
      reply.accept(refusal(TOO_MANY_REFUSALS));
      return;
    }
    if (keeper.ca() == null) {
      reply.accept(refusal("the voter that was asked does not hold the CA's key yet; try again"));
      return;
    }
    decide(message.getRequest(), source, reply);
  }

  void forwardReply(NodeId from, ForwardedJoinReply message) {
    Pending pending = forwarded.get(message.getRequestId());
    if (pending != null && pending.voter().equals(from)) {
      forwarded.remove(message.getRequestId());
      if (!message.getReply().getError().isEmpty()) {
        refused.add(pending.from());
      }
      pending.reply().accept(message.getReply());
    }
  }

  private void decide(JoinRequest request, String from, Consumer<JoinReply> reply) {
    if (request.getTokenId().length() > MAX_TEXT
        || request.getSecret().length() > MAX_TEXT
        || request.getName().length() > MAX_TEXT) {
      refuse("a join request with a text of more than " + MAX_TEXT + " characters", from, reply);
      return;
    }
    ClusterCa ca = keeper.ca();
    if (ca == null) {
      forward(request, from, reply);
      return;
    }
    if (underWay >= MAX_PENDING) {
      reply.accept(refusal("too many hosts join at once; try again in a few seconds"));
      return;
    }
    CertificateRequest csr;
    byte[] hash;
    try {
      csr = CertificateRequest.parse(request.getCertificateRequest().toByteArray());
      hash = TokenSecrets.hash(request.getSecret());
    } catch (InvalidRequestException | IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()), from, reply);
      return;
    }
    underWay++;
    registrar.submit(
        new RegistryCommand.UseToken(
            request.getTokenId(), Blob.of(hash), csr.nodeId(), request.getName()),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            underWay--;
            sign(ca, csr, request.getName(), from, reply);
          }

          @Override
          public void refused(Refusal refusal) {
            underWay--;
            refuse(refusal.message(), from, reply);
          }
        });
  }

  private void forward(JoinRequest request, String from, Consumer<JoinReply> reply) {
    NodeId voter = voters.linkedVoter(1);
    if (voter == null || forwarded.size() >= MAX_PENDING) {
      reply.accept(refusal("no voter of the cluster can be reached from here; try another host"));
      return;
    }
    long id = nextForwardId++;
    forwarded.put(id, new Pending(voter, from, reply, context.inMillis(FORWARD_MILLIS)));
    links.send(
        voter,
        Channel.REGISTRY,
        RegistryMessage.newBuilder()
            .setForwardedJoin(
                ForwardedJoin.newBuilder().setRequestId(id).setRequest(request).setSource(from))
            .build()
            .toByteArray());
  }

  private void sign(
      ClusterCa ca, CertificateRequest csr, String name, String from, Consumer<JoinReply> reply) {
    try {
      // The log's time stands for the wall clock: the token was counted at this very moment.
      Instant now = Instant.ofEpochMilli(mirror.view().timeMillis());
      JoinReply.Builder granted =
          JoinReply.newBuilder()
              .setCertificate(ByteString.copyFrom(ca.sign(csr, name, now).getEncoded()))
              .setCaCertificate(ByteString.copyFrom(ca.certificate().getEncoded()))
              .setCluster(ca.cluster())
              .addAllSeed(seeds())
              .setKeyring(ByteString.copyFrom(KeyringFile.encode(keyring.forJoiner())));
      context.event("join-granted", name, "by token, from " + from);
      reply.accept(granted.build());
    } catch (CertificateEncodingException | IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()), from, reply);
    }
  }

  private List<Seed> seeds() {
    List<Seed> seeds = new ArrayList<>();
    seeds.add(seed(context.self, context.options.address()));
    for (Member member : directory.others()) {
      if (member.present() && seeds.size() < MAX_SEEDS) {
        seeds.add(seed(member.id(), member.address()));
      }
    }
    return seeds;
  }

  private static Seed seed(NodeId id, PeerAddress address) {
    return Seed.newBuilder()
        .setNode(ByteString.copyFrom(id.bytes()))
        .setIp(ByteString.copyFrom(address.ip().getAddress()))
        .setPort(address.port())
        .build();
  }

  private void refuse(String why, String from, Consumer<JoinReply> reply) {
    refused.add(from);
    context.event("join-refused", from, why);
    reply.accept(refusal(why));
  }

  private static JoinReply refusal(String why) {
    return JoinReply.newBuilder().setError(why).build();
  }

  void runDue() {
    if (nextDeadlineNanos() > context.now()) {
      return;
    }
    for (var entry : List.copyOf(joiners.entrySet())) {
      if (entry.getValue().deadlineNanos() <= context.now()) {
        joiners.remove(entry.getKey());
        context.out().closeLink(entry.getKey());
      }
    }
    List<Pending> late =
        forwarded.values().stream().filter(p -> p.deadlineNanos() <= context.now()).toList();
    forwarded.values().removeIf(p -> p.deadlineNanos() <= context.now());
    late.forEach(
        p -> p.reply().accept(refusal("the voter that was asked did not answer; try again")));
  }

  long nextDeadlineNanos() {
    long next = Long.MAX_VALUE;
    for (Pending one : forwarded.values()) {
      next = Math.min(next, one.deadlineNanos());
    }
    for (Joiner one : joiners.values()) {
      next = Math.min(next, one.deadlineNanos());
    }
    return next;
  }
}
