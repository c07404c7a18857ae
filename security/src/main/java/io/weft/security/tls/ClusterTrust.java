package io.weft.security.tls;

import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeCertificate;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What makes a peer's certificate good: signed by the one CA that is believed, valid now within a
 * tolerance, of the expected cluster, id and key in accord, and not revoked. Host names play no
 * part: the id is what counts.
 *
 * <p>The CA is either known (a member's) or known by its fingerprint only (a joiner's), and then
 * taken from the server's own chain.
 */
final class ClusterTrust extends X509ExtendedTrustManager {
  /** How far two hosts' clocks may differ before certificates are held invalid. */
  static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

  /** The node's certificate, and the CA's if the peer sends it. */
  private static final int MAX_CHAIN = 2;

  private final String caFingerprint;
  private final @Nullable X509Certificate knownCa;
  private final @Nullable String cluster;
  private final PeerCheck peerCheck;
  private final InstantSource clock;

  private ClusterTrust(
      String caFingerprint,
      @Nullable X509Certificate knownCa,
      @Nullable String cluster,
      PeerCheck peerCheck,
      InstantSource clock) {
    this.caFingerprint = caFingerprint;
    this.knownCa = knownCa;
    this.cluster = cluster;
    this.peerCheck = peerCheck;
    this.clock = clock;
  }

  static ClusterTrust ofMember(
      X509Certificate ca, String cluster, PeerCheck peerCheck, InstantSource clock) {
    return new ClusterTrust(ClusterCa.fingerprint(ca), ca, cluster, peerCheck, clock);
  }

  static ClusterTrust ofJoiner(
      String caFingerprint, @Nullable String cluster, InstantSource clock) {
    return new ClusterTrust(caFingerprint, null, cluster, PeerCheck.NONE, clock);
  }

  private void check(X509Certificate @Nullable [] chain) throws CertificateException {
    if (chain == null || chain.length == 0) {
      throw new CertificateException("the peer shows no certificate");
    }
    if (chain.length > MAX_CHAIN) {
      throw new CertificateException("the peer's certificate chain is too long");
    }
    X509Certificate leaf = chain[0];
    X509Certificate ca = authority(chain);
    checkTime(ca, "the cluster CA's certificate");
    checkTime(leaf, "the peer's certificate");
    if (leaf.getBasicConstraints() >= 0) {
      throw new CertificateException("the peer shows a CA's certificate as its own");
    }
    if (!KeyPairs.isP256(leaf.getPublicKey())) {
      throw new CertificateException("the peer's key is not on P-256");
    }
    try {
      leaf.verify(ca.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new CertificateException(
          "the peer's certificate is not signed by this cluster's CA", e);
    }
    NodeCertificate peer = NodeCertificate.of(leaf);
    String expected = cluster == null ? clusterOf(ca) : cluster;
    if (!peer.cluster().equals(expected)) {
      String is = "cluster '" + peer.cluster() + "', not '" + expected + "'";
      throw new CertificateException(
          knownCa == null
              ? "that is " + is + ": mend cluster in the configuration, or leave it out"
              : "the peer's certificate is for " + is);
    }
    if (peerCheck.revoked(peer.id())) {
      throw new CertificateException("node " + peer.id().shortForm() + " has been revoked");
    }
  }

  private X509Certificate authority(X509Certificate[] chain) throws CertificateException {
    Optional<X509Certificate> sent =
        chain.length == MAX_CHAIN ? Optional.of(chain[1]) : Optional.empty();
    if (sent.isPresent() && !ClusterCa.fingerprint(sent.get()).equals(caFingerprint)) {
      throw new CertificateException(
          knownCa == null
              ? "the server's CA is not the one that the join token names"
              : "the peer's certificate is of another cluster's CA");
    }
    if (knownCa != null) {
      return knownCa;
    }
    X509Certificate ca =
        sent.orElseThrow(() -> new CertificateException("the server does not show its CA"));
    if (ca.getBasicConstraints() < 0) {
      throw new CertificateException("the certificate that the join token names is not a CA's");
    }
    return ca;
  }

  private void checkTime(X509Certificate certificate, String what) throws CertificateException {
    Instant now = clock.instant();
    if (now.plus(CLOCK_TOLERANCE).isBefore(certificate.getNotBefore().toInstant())) {
      throw new CertificateException(
          what + " is not valid before " + certificate.getNotBefore().toInstant());
    }
    if (now.minus(CLOCK_TOLERANCE).isAfter(certificate.getNotAfter().toInstant())) {
      throw new CertificateException(
          what + " is not valid after " + certificate.getNotAfter().toInstant());
    }
  }

  private static String clusterOf(X509Certificate ca) throws CertificateException {
    try {
      return ClusterCa.clusterOf(ca);
    } catch (IllegalArgumentException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  /** The CAs that a server names when it asks for a certificate: the one, where it is known. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return knownCa == null ? new X509Certificate[0] : new X509Certificate[] {knownCa};
  }
}
