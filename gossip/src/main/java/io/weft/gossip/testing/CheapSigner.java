package io.weft.gossip.testing;

import io.weft.gossip.signing.OwnerKey;
import io.weft.gossip.signing.RecordSigner;
import io.weft.security.identity.NodeId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Signatures that cost a fraction of a microsecond and are as long as real ones: a sum over the
 * statement and its owner's identity. Whoever knows how can make them for anybody; in a simulation
 * nobody does but who is meant to. Any identity will do: no key hashes to it.
 */
public final class CheapSigner implements RecordSigner {
  /** What a report of a simulation says of it. */
  public static final String SIMPLIFIED =
      "records are signed by a cheap sum, as long as a real signature";

  /** As long as a P-256 key with its SubjectPublicKeyInfo. */
  private static final int KEY_BYTES = 91;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Key own;

  /** Signs as this node. */
  public CheapSigner(NodeId self) {
    this.own = new Key(self);
  }

  @Override
  public OwnerKey own() {
    return own;
  }

  @Override
  public byte[] sign(byte[] statement) {
    return own.signature(statement);
  }

  @Override
  public @Nullable OwnerKey key(NodeId owner, byte[] encoded) {
    Key key = new Key(owner);
    return Arrays.equals(key.encoded(), encoded) ? key : null;
  }

  /** Small: of a thousand hosts each keeps one for each other. */
  private record Key(NodeId owner) implements OwnerKey {
    @Override
    public byte[] encoded() {
      return Arrays.copyOf(owner.bytes(), KEY_BYTES);
    }

    @Override
    public boolean verifies(byte[] statement, byte[] signature) {
      return Arrays.equals(signature(statement), signature);
    }

    byte[] signature(byte[] statement) {
      long sum = owner.prefix() * GOLDEN + owner.hashCode();
      int i = 0;
      for (; i + Long.BYTES <= statement.length; i += Long.BYTES) {
        sum = mix(sum ^ (long) LONGS.get(statement, i));
      }
      for (; i < statement.length; i++) {
        sum = mix(sum ^ statement[i]);
      }
      byte[] signature = new byte[SIGNATURE_BYTES];
      for (int at = 0; at < SIGNATURE_BYTES; at += Long.BYTES) {
        sum = mix(sum + GOLDEN);
        LONGS.set(signature, at, sum);
      }
      return signature;
    }

    /** After SplitMix64's finalizer (Steele, Lea and Flood, 2014). */
    private static long mix(long z) {
      long mixed = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      return mixed ^ (mixed >>> 31);
    }
  }
}
