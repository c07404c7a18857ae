package io.weft.security.identity;

import io.weft.security.files.SecretFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/**
 * All that a node needs to prove who it is: its key, its certificate and the CA that signed it. On
 * disk three files in one directory: {@code key.pem}, {@code cert.pem}, {@code ca.pem}.
 *
 * @param id the node's id, that of its key
 * @param name the node's name, as its certificate says
 * @param cluster the cluster's name, as its certificate says
 * @param privateKey ECDSA P-256
 * @param certificate the node's certificate
 * @param caCertificate the certificate of the CA that signed it
 */
public record NodeIdentity(
    NodeId id,
    String name,
    String cluster,
    PrivateKey privateKey,
    X509Certificate certificate,
    X509Certificate caCertificate) {
  /** The file of the private key, PKCS#8 in PEM. */
  public static final String KEY_FILE = "key.pem";

  /** The file of the node's certificate, in PEM. */
  public static final String CERTIFICATE_FILE = "cert.pem";

  /** The file of the CA's certificate, in PEM. */
  public static final String CA_FILE = "ca.pem";

  /**
   * Puts the parts together and checks that they belong to each other.
   *
   * @throws IllegalArgumentException when the key is not the certificate's, or the CA did not sign
   *     it, or the certificate is not a node's
   */
  public static NodeIdentity of(
      PrivateKey privateKey, X509Certificate certificate, X509Certificate caCertificate) {
    if (!ClusterCa.belongTogether(certificate.getPublicKey(), privateKey)) {
      throw new IllegalArgumentException("the node's private key is not that of its certificate");
    }
    try {
      certificate.verify(caCertificate.getPublicKey());
      NodeCertificate subject = NodeCertificate.of(certificate);
      if (!subject.cluster().equals(ClusterCa.clusterOf(caCertificate))) {
        throw new IllegalArgumentException("the node's certificate is for another cluster");
      }
      return new NodeIdentity(
          subject.id(), subject.name(), subject.cluster(), privateKey, certificate, caCertificate);
    } catch (CertificateException e) {
      throw new IllegalArgumentException("not a node's certificate: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the node's certificate is not signed by the CA", e);
    }
  }

  /**
   * Reads an identity from its directory.
   *
   * @throws NoSuchFileException when one of the files is missing
   * @throws IOException when a file cannot be read, or the three do not belong together; the
   *     message names the directory
   */
  public static NodeIdentity load(Path directory) throws IOException {
    try {
      PrivateKey key =
          KeyPairs.privateKey(
              Pem.decode(Pem.PRIVATE_KEY, SecretFiles.read(directory.resolve(KEY_FILE))));
      return of(
          key,
          readCertificate(directory.resolve(CERTIFICATE_FILE)),
          readCertificate(directory.resolve(CA_FILE)));
    } catch (InvalidKeyException e) {
      throw new IOException(directory.resolve(KEY_FILE) + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException("the identity in " + directory + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Writes the identity into a directory (created 0700, files 0600). The key goes last: an identity
   * with a key is whole.
   *
   * @throws IOException when a file cannot be written
   */
  public void save(Path directory) throws IOException {
    try {
      SecretFiles.write(
          directory.resolve(CA_FILE), Pem.encode(Pem.CERTIFICATE, caCertificate.getEncoded()));
      SecretFiles.write(
          directory.resolve(CERTIFICATE_FILE),
          Pem.encode(Pem.CERTIFICATE, certificate.getEncoded()));
      SecretFiles.write(
          directory.resolve(KEY_FILE), Pem.encode(Pem.PRIVATE_KEY, privateKey.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IOException("a certificate that has no encoding", e);
    }
  }

  /** The fingerprint of the CA's certificate, as a join token pins it. */
  public String caFingerprint() {
    return ClusterCa.fingerprint(caCertificate);
  }

  /** Shows who it is and never the key. */
  @Override
  public String toString() {
    return "NodeIdentity[" + name + " " + id.shortForm() + " of " + cluster + "]";
  }

  private static X509Certificate readCertificate(Path file) throws IOException {
    try {
      return Pem.certificate(Pem.decode(Pem.CERTIFICATE, SecretFiles.read(file)));
    } catch (CertificateException e) {
      throw new IOException(file + " holds no certificate", e);
    }
  }
}
