package io.weft.security.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.weft.security.identity.NodeIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.jspecify.annotations.Nullable;

/**
 * TLS contexts for Netty: TLS 1.3 only (RFC 8446), keys agreed by X25519 and ML-KEM-768 together
 * where both ends can, certificates of the cluster's CA. The implementation is Bouncy Castle's,
 * held as objects of its own: the platform's list of security providers stays as it is.
 */
public final class TlsContexts {
  private static final Provider CRYPTO = new BouncyCastleProvider();
  private static final Provider JSSE = new BouncyCastleJsseProvider(CRYPTO);
  private static final String TLS = "TLSv1.3";
  private static final List<String> SUITES =
      List.of("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256");

  private TlsContexts() {}

  /**
   * For the end that is dialled. It asks for a certificate: a good one makes the peer a member, a
   * bad one ends the handshake, none makes it an anonymous joiner.
   */
  public static SslContext server(NodeIdentity identity, PeerCheck peerCheck) {
    return server(identity, peerCheck, InstantSource.system());
  }

  /** As the other, with a clock for the certificates' validity. */
  public static SslContext server(NodeIdentity identity, PeerCheck peerCheck, InstantSource clock) {
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys(identity))
            .clientAuth(ClientAuth.OPTIONAL)
            .trustManager(trust(identity, peerCheck, clock));
    return build(builder);
  }

  /** For a member that dials: shows its certificate, and believes members of its cluster only. */
  public static SslContext client(NodeIdentity identity, PeerCheck peerCheck) {
    return client(identity, peerCheck, InstantSource.system());
  }

  /** As the other, with a clock for the certificates' validity. */
  public static SslContext client(NodeIdentity identity, PeerCheck peerCheck, InstantSource clock) {
    return build(
        SslContextBuilder.forClient()
            .keyManager(keys(identity))
            .trustManager(trust(identity, peerCheck, clock)));
  }

  /** As {@link #joiner(String, String)}, for a cluster of any name. */
  public static SslContext joiner(String caFingerprint) {
    return joiner(caFingerprint, null);
  }

  /**
   * For a host that is about to join: it has no certificate and knows its CA by the fingerprint
   * only. The server must show a chain that ends in the CA with that fingerprint, and verify.
   *
   * @param caFingerprint as in a join token: 64 lowercase hexadecimal digits
   * @param cluster the name the cluster must have, or null for any
   */
  public static SslContext joiner(String caFingerprint, @Nullable String cluster) {
    return build(
        SslContextBuilder.forClient()
            .trustManager(ClusterTrust.ofJoiner(caFingerprint, cluster, InstantSource.system())));
  }

  private static ClusterTrust trust(
      NodeIdentity identity, PeerCheck peerCheck, InstantSource clock) {
    return ClusterTrust.ofMember(identity.caCertificate(), identity.cluster(), peerCheck, clock);
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return new HybridSslContext(
          builder
              .sslProvider(SslProvider.JDK)
              .sslContextProvider(JSSE)
              .protocols(TLS)
              .ciphers(SUITES)
              // Nodes are known by their ids; a host name in a certificate would say nothing.
              .endpointIdentificationAlgorithm(null)
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS context can be made from this identity", e);
    }
  }

  private static KeyManagerFactory keys(NodeIdentity identity) {
    char[] password = {'w', 'e', 'f', 't'}; // The store stays in memory; the format wants one.
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "node",
          identity.privateKey(),
          password,
          new X509Certificate[] {identity.certificate(), identity.caCertificate()});
      // Bouncy Castle's own: with the JDK's, its engines find no suite they can use.
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX", JSSE);
      factory.init(store, password);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no TLS keys can be made from this identity", e);
    }
  }
}
