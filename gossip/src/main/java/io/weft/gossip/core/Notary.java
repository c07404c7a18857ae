package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.signing.OwnerKey;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.RecordItem;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the signatures of what others tell. Only what is not held yet is looked at, and what was
 * looked at is held then, so nothing is verified twice.
 *
 * <p>Each signature costs a quarter of a millisecond and more, in the thread that also probes. So
 * there is an allowance, which fills up with time; what is beyond it is left out, as if the delta
 * had been cut short there, and asked for again.
 */
final class Notary {
  /** So many signatures a second can be looked at for long: about a quarter of a core. */
  static final int PER_SECOND = 1_000;

  /** So many at once, after a time of less: shorter than a probe waits for its answer. */
  static final int AT_ONCE = 256;

  private static final long NANOS_EACH = 1_000_000_000L / PER_SECOND;

  private final RecordSigner signer;
  private long forged;

  /** When the allowance would be full if no more were looked at. */
  private long fullNanos = Long.MIN_VALUE / 2;

  Notary(RecordSigner signer) {
    this.signer = signer;
  }

  /**
   * What of a delta may be taken.
   *
   * @param delta cut short before what the owner has not signed, or where the allowance ends
   * @param key the owner's; null if it is not known and what was told is not it
   * @param forged whether there was something that the owner has not signed
   */
  record Finding(OwnerDelta delta, @Nullable OwnerKey key, boolean forged) {}

  /** How many records were refused because their owner has not signed them. */
  long forged() {
    return forged;
  }

  /** How many signatures could be looked at now. */
  int allowance(long nowNanos) {
    long debtNanos = Math.max(0, fullNanos - nowNanos);
    return (int) ((AT_ONCE * NANOS_EACH - debtNanos) / NANOS_EACH);
  }

  /** Looks at what of a delta is new to somebody who holds this of the owner. */
  Finding look(long nowNanos, OwnerRecords held, OwnerDelta delta) {
    if (!held.continuedBy(delta)) {
      return new Finding(delta, held.ownerKey(), false); // it will not be taken
    }
    int allowance = allowance(nowNanos);
    if (allowance == 0) {
      return new Finding(delta.first(0, delta.head()), held.ownerKey(), false);
    }
    OwnerKey key = keyOf(held, delta);
    if (key == null) {
      forged++;
      return new Finding(delta.first(0, delta.base()), null, true);
    }
    List<RecordItem> items = delta.records();
    int looked = 0;
    int good = 0;
    boolean bad = false;
    while (good < items.size() && !bad) {
      RecordItem item = items.get(good);
      if (item.version() > held.head()) {
        if (looked == allowance) {
          break;
        }
        looked++;
        bad = !signed(key, delta.owner(), delta.generation(), item);
      }
      good += bad ? 0 : 1;
    }
    fullNanos = Math.max(fullNanos, nowNanos) + looked * NANOS_EACH;
    if (bad) {
      forged++;
      // How far a forger says that he is, is no reason to ask anybody.
      long proven = good == 0 ? delta.base() : items.get(good - 1).version();
      return new Finding(delta.first(good, Math.max(proven, delta.gcVersion())), key, true);
    }
    return new Finding(good == items.size() ? delta : delta.first(good, delta.head()), key, false);
  }

  private @Nullable OwnerKey keyOf(OwnerRecords held, OwnerDelta delta) {
    OwnerKey known = held.ownerKey();
    ByteString told = delta.ownerKey();
    return known != null || told == null ? known : signer.key(delta.owner(), told.toByteArray());
  }

  private static boolean signed(OwnerKey key, NodeId owner, long generation, RecordItem item) {
    return key.verifies(item.statement(owner, generation), item.signature());
  }
}
