package io.weft.gossip.signing;

import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.identity.ShortSignature;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Signs with the node's identity key: ECDSA on P-256. What is signed begins with what it is for and
 * with the cluster's name, so that no signature counts for anything else or anywhere else.
 */
public final class IdentitySigner implements RecordSigner {
  private static final String PURPOSE = "weft record 1";

  private final NodeIdentity identity;
  private final byte[] domain;
  private final OwnerKey own;

  /** Signs as this node. */
  public IdentitySigner(NodeIdentity identity) {
    this.identity = identity;
    // Neither holds a zero byte, so that no two domains begin alike.
    this.domain = (PURPOSE + "\0" + identity.cluster() + "\0").getBytes(StandardCharsets.UTF_8);
    PublicKey key = identity.certificate().getPublicKey();
    this.own = new Key(domain, new ShortSignature.Verifier(key), key.getEncoded());
  }

  @Override
  public OwnerKey own() {
    return own;
  }

  @Override
  public byte[] sign(byte[] statement) {
    return ShortSignature.sign(identity.privateKey(), domain, statement);
  }

  @Override
  public @Nullable OwnerKey key(NodeId owner, byte[] encoded) {
    try {
      // The hash first: what is not the owner's is not even parsed.
      if (!NodeId.ofKey(encoded).equals(owner)) {
        return null;
      }
      return new Key(
          domain, new ShortSignature.Verifier(KeyPairs.publicKey(encoded)), encoded.clone());
    } catch (InvalidKeyException | IllegalArgumentException e) {
      return null;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  private record Key(byte[] domain, ShortSignature.Verifier verifier, byte[] encoded)
      implements OwnerKey {
    @Override
    public boolean verifies(byte[] statement, byte[] signature) {
      return verifier.verifies(signature, domain, statement);
    }
  }
}
