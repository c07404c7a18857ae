package io.weft.security.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The cluster's certificate authority: one key pair that vouches for every node's certificate
 * (X.509, RFC 5280). It signs node certificates only, never another CA.
 *
 * <p>The private key is held by the voters ({@link io.weft.security.custody}); nothing here writes
 * it anywhere.
 */
public final class ClusterCa {
  /** How long a CA's certificate lasts. */
  public static final Duration CA_VALIDITY = Duration.ofDays(3653);

  /**
   * How long a node's certificate lasts, if its CA's lasts so long. Until then only revocation ends
   * it.
   */
  public static final Duration NODE_VALIDITY = Duration.ofDays(1827);

  /** Certificates begin this long before they are signed, for hosts whose clock is behind. */
  public static final Duration BACKDATING = Duration.ofHours(1);

  static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";

  private static final int SERIAL_BITS = 127;

  private final X509Certificate certificate;
  private final PrivateKey privateKey;
  private final String cluster;
  private final SecureRandom random = new SecureRandom();

  private ClusterCa(X509Certificate certificate, PrivateKey privateKey, String cluster) {
    this.certificate = certificate;
    this.privateKey = privateKey;
    this.cluster = cluster;
  }

  /**
   * Makes a new CA with a fresh key.
   *
   * @throws IllegalArgumentException when the cluster's name is none
   */
  public static ClusterCa create(String cluster, Instant now) {
    KeyPair keys = KeyPairs.generate();
    Validity validity = new Validity(now.minus(BACKDATING), now.plus(CA_VALIDITY));
    BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom());
    try {
      ContentSigner signer =
          new JcaContentSignerBuilder(SIGNATURE_ALGORITHM).build(keys.getPrivate());
      return certified(cluster, keys, serial, validity, signer);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("this Java platform cannot sign with P-256", e);
    }
  }

  /**
   * The CA of a key pair that several hosts have derived from one secret: the same certificate on
   * each, byte for byte, as the signature is the deterministic one of RFC 6979. It has no end of
   * validity that means anything (RFC 5280, section 4.1.2.5).
   *
   * @throws IllegalArgumentException when the cluster's name is none
   */
  public static ClusterCa derived(String cluster, KeyPair keys) {
    return certified(
        cluster,
        keys,
        BigInteger.ONE,
        new Validity(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59Z")),
        new DeterministicSigner(keys.getPrivate()));
  }

  private record Validity(Instant from, Instant to) {}

  private static ClusterCa certified(
      String cluster, KeyPair keys, BigInteger serial, Validity validity, ContentSigner signer) {
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, Names.check("cluster name", cluster))
            .addRDN(BCStyle.CN, "Weft CA of " + cluster)
            .build();
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial,
              Date.from(validity.from),
              Date.from(validity.to),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      X509Certificate certificate = Pem.certificate(builder.build(signer).getEncoded());
      return new ClusterCa(certificate, keys.getPrivate(), cluster);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java platform cannot make a CA certificate", e);
    }
  }

  /**
   * The CA with this certificate and key.
   *
   * @throws IllegalArgumentException when the key is not the certificate's, or the certificate is
   *     not a cluster CA's
   */
  public static ClusterCa of(X509Certificate certificate, PrivateKey privateKey) {
    if (!belongTogether(certificate.getPublicKey(), privateKey)) {
      throw new IllegalArgumentException("the CA's private key is not that of its certificate");
    }
    return new ClusterCa(certificate, privateKey, clusterOf(certificate));
  }

  /** The CA's own certificate, which is no secret. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The cluster the CA vouches for. */
  public String cluster() {
    return cluster;
  }

  /** The CA's private key. Only custody has a use for it. */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /** SHA-256 of the certificate's DER, 64 lowercase hexadecimal digits: what a join token pins. */
  public String fingerprint() {
    return fingerprint(certificate);
  }

  /** SHA-256 of a certificate's DER, 64 lowercase hexadecimal digits. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of().formatHex(NodeId.sha256(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate that has no encoding", e);
    }
  }

  /**
   * The name of the cluster that a CA certificate is for.
   *
   * @throws IllegalArgumentException when it is not a cluster CA's certificate
   */
  public static String clusterOf(X509Certificate caCertificate) {
    if (caCertificate.getBasicConstraints() < 0) {
      throw new IllegalArgumentException("not the certificate of a CA");
    }
    try {
      X500Name subject = X500Name.getInstance(caCertificate.getSubjectX500Principal().getEncoded());
      return Names.check("cluster name", NodeCertificate.single(subject, BCStyle.O, "cluster (O)"));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("not the certificate of a cluster's CA", e);
    }
  }

  /**
   * Grants a request: the certificate binds the request's key, the given name and this cluster.
   * Whether the one who asks may have it is the caller's to decide before.
   *
   * @throws IllegalArgumentException when the name is none
   */
  public X509Certificate sign(CertificateRequest request, String nodeName, Instant now) {
    NodeCertificate subject =
        new NodeCertificate(request.nodeId(), Names.check("node name", nodeName), cluster);
    Instant wished = now.plus(NODE_VALIDITY);
    Instant last = certificate.getNotAfter().toInstant();
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              new BigInteger(SERIAL_BITS, random),
              Date.from(now.minus(BACKDATING)),
              Date.from(wished.isBefore(last) ? wished : last),
              subject.subject(),
              request.publicKey());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
      return build(builder, privateKey);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("this Java platform cannot sign a certificate", e);
    }
  }

  /** Whether two halves of a key pair belong together: signs with one, verifies with the other. */
  static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
    byte[] probe = {'w', 'e', 'f', 't'};
    try {
      Signature signer = Signature.getInstance(SIGNATURE_ALGORITHM);
      signer.initSign(privateKey);
      signer.update(probe);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(SIGNATURE_ALGORITHM);
      verifier.initVerify(publicKey);
      verifier.update(probe);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static X509Certificate build(X509v3CertificateBuilder builder, PrivateKey signingKey)
      throws CertificateException, IOException, OperatorCreationException {
    return Pem.certificate(
        builder
            .build(new JcaContentSignerBuilder(SIGNATURE_ALGORITHM).build(signingKey))
            .getEncoded());
  }
}
