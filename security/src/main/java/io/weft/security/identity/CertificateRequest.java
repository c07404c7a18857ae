package io.weft.security.identity;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A node's request for a certificate (PKCS#10, RFC 2986). It is signed with the key it asks for, so
 * a parsed request proves that whoever made it holds the private half. The name in it is only a
 * wish; the CA decides.
 */
public final class CertificateRequest {
  /** Longer requests are refused unread: ours have about 200 bytes. */
  public static final int MAX_BYTES = 4096;

  private final byte[] encoded;
  private final PublicKey publicKey;

  private CertificateRequest(byte[] encoded, PublicKey publicKey) {
    this.encoded = encoded;
    this.publicKey = publicKey;
  }

  /** Asks for a certificate for a key pair, under a name. */
  public static CertificateRequest create(KeyPair keys, String wishedName) {
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    subject.addRDN(BCStyle.CN, Names.check("node name", wishedName));
    try {
      PKCS10CertificationRequest request =
          new JcaPKCS10CertificationRequestBuilder(subject.build(), keys.getPublic())
              .build(
                  new JcaContentSignerBuilder(ClusterCa.SIGNATURE_ALGORITHM)
                      .build(keys.getPrivate()));
      return new CertificateRequest(request.getEncoded(), keys.getPublic());
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalArgumentException("these keys cannot sign a certificate request", e);
    }
  }

  /**
   * Reads a request and checks its proof of possession.
   *
   * @param der PKCS#10 DER, as it came from the network
   * @throws InvalidRequestException when it is malformed, too long, for another kind of key than
   *     P-256, or not signed by the key it names
   */
  public static CertificateRequest parse(byte[] der) throws InvalidRequestException {
    if (der.length > MAX_BYTES) {
      throw new InvalidRequestException(
          "a certificate request has at most " + MAX_BYTES + " bytes, this one has " + der.length);
    }
    try {
      PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
      PublicKey key = KeyPairs.publicKey(request.getSubjectPublicKeyInfo().getEncoded());
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new InvalidRequestException(
            "the certificate request is not signed by the key it names");
      }
      return new CertificateRequest(der.clone(), key);
    } catch (IOException | InvalidKeyException | OperatorCreationException | PKCSException e) {
      throw new InvalidRequestException("not a certificate request for a P-256 key", e);
    } catch (RuntimeOperatorException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException e) {
      // The ASN.1 reader and the verifier throw these on some kinds of nonsense.
      throw new InvalidRequestException("a malformed certificate request", e);
    }
  }

  /** PKCS#10 DER, a fresh copy. */
  public byte[] encoded() {
    return encoded.clone();
  }

  /** The key the certificate shall be for. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The id of the node that asks. */
  public NodeId nodeId() {
    return NodeId.of(publicKey);
  }
}
