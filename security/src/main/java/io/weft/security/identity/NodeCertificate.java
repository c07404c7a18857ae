package io.weft.security.identity;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * What a node's certificate binds together, as its subject says it: the id (attribute UID), the
 * node's name (CN) and its cluster (O).
 *
 * @param id the node's id, which is that of the certificate's key
 * @param name the node's name, a label for people
 * @param cluster the cluster's name
 */
public record NodeCertificate(NodeId id, String name, String cluster) {
  /**
   * Reads a certificate's subject and checks that its id is that of its key. Says nothing about who
   * signed it.
   *
   * @throws CertificateException when it is not a node's certificate
   */
  public static NodeCertificate of(X509Certificate certificate) throws CertificateException {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    String name = single(subject, BCStyle.CN, "name (CN)");
    String cluster = single(subject, BCStyle.O, "cluster (O)");
    NodeId id = NodeId.of(certificate.getPublicKey());
    if (!single(subject, BCStyle.UID, "id (UID)").equals(id.hex())) {
      throw new CertificateException("the certificate's id is not that of its key");
    }
    return new NodeCertificate(id, name, cluster);
  }

  X500Name subject() {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, cluster)
        .addRDN(BCStyle.CN, name)
        .addRDN(BCStyle.UID, id.hex())
        .build();
  }

  static String single(X500Name subject, ASN1ObjectIdentifier attribute, String what)
      throws CertificateException {
    RDN[] found = subject.getRDNs(attribute);
    if (found.length != 1 || found[0].isMultiValued()) {
      throw new CertificateException("the certificate's subject has no single " + what);
    }
    return IETFUtils.valueToString(found[0].getFirst().getValue());
  }
}
