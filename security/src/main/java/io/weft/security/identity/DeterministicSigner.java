package io.weft.security.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.operator.ContentSigner;

/** ECDSA on P-256 with SHA-256 whose signature of the same bytes is always the same (RFC 6979). */
final class DeterministicSigner implements ContentSigner {
  private static final X9ECParameters P256 = CustomNamedCurves.getByName("P-256");

  private final ECPrivateKeyParameters key;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  DeterministicSigner(PrivateKey key) {
    if (!(key instanceof ECPrivateKey ec)) {
      throw new IllegalArgumentException("not an EC private key");
    }
    this.key = new ECPrivateKeyParameters(ec.getS(), new ECDomainParameters(P256));
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
  }

  @Override
  public OutputStream getOutputStream() {
    return content;
  }

  @Override
  public byte[] getSignature() {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, key);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.toByteArray());
      BigInteger[] numbers = signer.generateSignature(hash);
      return StandardDSAEncoding.INSTANCE.encode(P256.getN(), numbers[0], numbers[1]);
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("a P-256 signature cannot be made", e);
    }
  }
}
