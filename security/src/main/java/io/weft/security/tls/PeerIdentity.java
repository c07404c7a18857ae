package io.weft.security.tls;

import io.weft.security.identity.NodeCertificate;
import io.weft.security.identity.NodeId;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who is at the other end of a link, once the handshake is complete. Whether it is the one that was
 * meant to be reached, the caller compares.
 */
public final class PeerIdentity {
  private PeerIdentity() {}

  /** The peer's id; empty when it showed no certificate, as a host that is about to join. */
  public static Optional<NodeId> of(SSLSession session) {
    return certificateOf(session).map(NodeCertificate::id);
  }

  /** The peer's name, as its certificate says; empty when it showed none. */
  public static Optional<String> nameOf(SSLSession session) {
    return certificateOf(session).map(NodeCertificate::name);
  }

  /** What the peer's certificate binds: id, name and cluster; empty when it showed none. */
  public static Optional<NodeCertificate> certificateOf(SSLSession session) {
    return leaf(session)
        .map(
            leaf -> {
              try {
                return NodeCertificate.of(leaf);
              } catch (CertificateException e) {
                throw new IllegalStateException("the handshake let in what is no node", e);
              }
            });
  }

  /**
   * The CA certificate that the server's chain ended with: what a joiner, whose token pinned it,
   * may from now on believe. Empty when the peer sent none.
   */
  public static Optional<X509Certificate> caOf(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length == 2 && chain[1] instanceof X509Certificate ca
          ? Optional.of(ca)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  private static Optional<X509Certificate> leaf(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf
          ? Optional.of(leaf)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
