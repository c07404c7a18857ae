package io.weft.node.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.handler.ssl.SslContext;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.netty.CutOffException;
import io.weft.gossip.transport.netty.JoinClient;
import io.weft.gossip.transport.netty.NotReachedException;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.MembershipView;
import io.weft.node.cli.Bootstrap;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.overlay.agent.proto.JoinRequest;
import io.weft.overlay.agent.proto.Seed;
import io.weft.overlay.config.EffectiveConfig;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.registry.GossipEpochs;
import io.weft.security.custody.CaCustody;
import io.weft.security.files.SecretFiles;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeCertificate;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeys;
import io.weft.security.keyring.KeyringFile;
import io.weft.security.tls.TlsContexts;
import io.weft.security.token.InvalidTokenException;
import io.weft.security.token.JoinToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a host the first of a cluster, or one of a cluster that is. */
public final class HostBootstrap implements Bootstrap {
  private static final long JOIN_TIMEOUT_MILLIS = 30_000;

  /** A join whose link is lost is tried again: a token counts a host once. */
  private static final int JOIN_TRIES = 3;

  /** For {@link java.util.ServiceLoader}. */
  public HostBootstrap() {}

  @Override
  public MembershipView init(@Nullable Path config, SortedMap<String, String> overrides)
      throws IOException {
    WeftConfig settings = Settings.load(config, overrides);
    ClusterCa ca;
    NodeIdentity identity;
    try {
      ca = ClusterCa.create(settings.cluster(), Instant.now());
      KeyPair keys = KeyPairs.generate();
      CertificateRequest request = CertificateRequest.create(keys, Settings.nodeName(settings));
      X509Certificate certificate = ca.sign(request, Settings.nodeName(settings), Instant.now());
      identity =
          new NodeIdentity(
              request.nodeId(),
              Settings.nodeName(settings),
              settings.cluster(),
              keys.getPrivate(),
              certificate,
              ca.certificate());
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorKind.USAGE, String.valueOf(e.getMessage()), e);
    }
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    secrets.put(GossipEpochs.FOUNDING_EPOCH, secret);
    try (Staging staging = Staging.begin(settings)) {
      HostFiles staged = staging.staged();
      identity.save(staged.identity());
      staged.saveGossipKeys(GossipKeys.newestSeals(secrets));
      SecretFiles.write(
          staged.wrappedCaKey(), CaCustody.wrap(ca, identity.certificate().getPublicKey()));
      staging.keep();
    }
    return view(identity, settings);
  }

  @Override
  public MembershipView join(
      @Nullable Path config, SortedMap<String, String> overrides, List<String> seeds, String text)
      throws IOException {
    EffectiveConfig effective = Settings.effective(config, overrides);
    WeftConfig settings = effective.config();
    JoinToken token;
    try {
      token = JoinToken.parse(text);
    } catch (InvalidTokenException e) {
      throw new ApiException(ErrorKind.USAGE, String.valueOf(e.getMessage()), e);
    }
    List<PeerAddress> addresses = new ArrayList<>();
    seeds.forEach(seed -> addresses.addAll(Underlay.resolve(seed, settings.gossip().port())));
    KeyPair keys = KeyPairs.generate();
    CertificateRequest request;
    try {
      request = CertificateRequest.create(keys, Settings.nodeName(settings));
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorKind.USAGE, String.valueOf(e.getMessage()), e);
    }
    // Before the token is used: a join that cannot be kept must not count.
    try (Staging staging = Staging.begin(settings)) {
      SslContext tls = TlsContexts.joiner(token.caFingerprint(), Settings.namedCluster(effective));
      JoinReply reply = ask(addresses, tls, token, request, Settings.nodeName(settings));
      NodeIdentity identity = identity(reply, keys, token, request.nodeId());
      GossipKeys keyring = keyring(reply);
      HostFiles staged = staging.staged();
      identity.save(staged.identity());
      staged.saveGossipKeys(keyring);
      staged.savePeers(peers(addresses, reply));
      staging.keep();
      return view(identity, settings);
    }
  }

  /** Those that were asked, and those that the answer names. */
  private static List<KnownPeer> peers(List<PeerAddress> asked, JoinReply reply) {
    LinkedHashMap<PeerAddress, KnownPeer> peers = new LinkedHashMap<>();
    asked.forEach(address -> peers.put(address, new KnownPeer(address, null)));
    for (Seed seed : reply.getSeedList()) {
      try {
        PeerAddress address = PeerAddress.of(seed.getIp().toByteArray(), seed.getPort());
        NodeId id = NodeId.ofBytes(seed.getNode().toByteArray());
        peers.put(address, new KnownPeer(address, id));
      } catch (IllegalArgumentException e) {
        // A seed that is none helps nobody; the others do.
      }
    }
    return List.copyOf(peers.values());
  }

  private static JoinReply ask(
      List<PeerAddress> addresses,
      SslContext tls,
      JoinToken token,
      CertificateRequest request,
      String name) {
    byte[] message =
        JoinRequest.newBuilder()
            .setTokenId(token.id())
            .setSecret(token.secret())
            .setCertificateRequest(ByteString.copyFrom(request.encoded()))
            .setName(name)
            .build()
            .toByteArray();
    List<String> failures = new ArrayList<>();
    boolean reached = false;
    for (PeerAddress address : addresses) {
      try {
        JoinReply reply = JoinReply.parseFrom(ask(address, tls, message));
        if (!reply.getError().isEmpty()) {
          throw new ApiException(ErrorKind.REFUSED, reply.getError());
        }
        return reply;
      } catch (InvalidProtocolBufferException e) {
        reached = true;
        failures.add("cannot join through " + address + ": its answer makes no sense");
      } catch (NotReachedException e) {
        failures.add(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        reached = true;
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    String why = String.join("; ", failures);
    throw reached
        ? new ApiException(ErrorKind.REFUSED, why)
        : new ApiException(
            ErrorKind.UNREACHABLE,
            why
                + ": check the address, that 'weft agent' runs there, and that its gossip port is"
                + " open for TCP");
  }

  private static byte[] ask(PeerAddress address, SslContext tls, byte[] message)
      throws IOException {
    for (int left = JOIN_TRIES; ; left--) {
      try {
        return JoinClient.ask(address, tls, message, JOIN_TIMEOUT_MILLIS);
      } catch (CutOffException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  /** Checks that what came is a certificate for this very key, by the CA that the token pins. */
  private static NodeIdentity identity(
      JoinReply reply, KeyPair keys, JoinToken token, NodeId expected) {
    try {
      X509Certificate ca = certificate(reply.getCaCertificate());
      X509Certificate own = certificate(reply.getCertificate());
      NodeCertificate subject = NodeCertificate.of(own);
      if (!ClusterCa.fingerprint(ca).equals(token.caFingerprint())
          || !subject.id().equals(expected)) {
        throw new ApiException(
            ErrorKind.REFUSED, "the cluster's answer is not for this host's key; nothing was kept");
      }
      own.verify(ca.getPublicKey());
      return new NodeIdentity(
          expected, subject.name(), subject.cluster(), keys.getPrivate(), own, ca);
    } catch (java.security.GeneralSecurityException e) {
      throw new ApiException(
          ErrorKind.REFUSED, "the cluster's answer holds no usable certificate", e);
    }
  }

  private static GossipKeys keyring(JoinReply reply) {
    try {
      return KeyringFile.decode(reply.getKeyring().toByteArray());
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ErrorKind.REFUSED, "the cluster's answer holds no usable gossip keyring", e);
    }
  }

  private static X509Certificate certificate(ByteString der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
  }

  private static MembershipView view(NodeIdentity identity, WeftConfig settings) {
    return new MembershipView(
        identity.id().hex(), identity.cluster(), settings.dataDir().toString());
  }
}
