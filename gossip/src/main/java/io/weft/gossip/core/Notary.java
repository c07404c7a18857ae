package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.signing.OwnerKey;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.RecordItem;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the signatures of what others tell. Only what is not held yet is looked at, and what was
 * looked at is held then, so nothing is verified twice.
 *
 * <p>Each signature costs some two tenths of a millisecond, in the thread that also probes. So
 * there is an allowance, which fills up with time; what is beyond it is left out, as if the delta
 * had been cut short there, and asked for again.
 */
final class Notary {
  /** So many signatures a second can be looked at for long: a quarter to half of a core. */
  static final int PER_SECOND = 1_000;

  /** So many at once, after a time of less: they take some tenth of a second at most. */
  static final int AT_ONCE = 256;

  private static final long NANOS_EACH = 1_000_000_000L / PER_SECOND;

  private final RecordSigner signer;
  private long forged;

  /** When the allowance would be full if no more were looked at. */
  private long fullNanos = Long.MIN_VALUE / 2;

  Notary(RecordSigner signer) {
    this.signer = signer;
  }

  /** What was found of a delta. */
  enum Verdict {
    GOOD,
    /** The allowance ended before it did. */
    CUT,
    /** There is something in it that its owner has not signed. */
    FORGED
  }

  /**
   * What of a delta may be taken: of a forged one nothing, as nobody who means well passes it on.
   *
   * @param delta as it was, or cut short where the allowance ends
   * @param key the owner's; null if it is not known and what was told is not it
   */
  record Finding(Verdict verdict, OwnerDelta delta, @Nullable OwnerKey key) {}

  /** How many deltas were refused because their owner has not signed what is in them. */
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
      return new Finding(Verdict.GOOD, delta, held.ownerKey()); // it will not be taken
    }
    int allowance = allowance(nowNanos);
    if (allowance == 0) {
      return new Finding(Verdict.CUT, delta.first(0), held.ownerKey());
    }
    OwnerKey key = keyOf(held, delta);
    Verdict verdict = key == null ? Verdict.FORGED : Verdict.GOOD;
    int looked = 0;
    int good = 0;
    while (key != null && verdict == Verdict.GOOD && good < delta.records().size()) {
      RecordItem item = delta.records().get(good);
      if (item.version() <= held.head()) {
        good++;
      } else if (looked == allowance) {
        verdict = Verdict.CUT;
      } else {
        looked++;
        byte[] statement = item.statement(delta.owner(), delta.generation());
        boolean signed = key.verifies(statement, item.signature());
        good += signed ? 1 : 0;
        verdict = signed ? Verdict.GOOD : Verdict.FORGED;
      }
    }
    fullNanos = Math.max(fullNanos, nowNanos) + looked * NANOS_EACH;
    forged += verdict == Verdict.FORGED ? 1 : 0;
    return new Finding(verdict, verdict == Verdict.CUT ? delta.first(good) : delta, key);
  }

  private @Nullable OwnerKey keyOf(OwnerRecords held, OwnerDelta delta) {
    OwnerKey known = held.ownerKey();
    ByteString told = delta.ownerKey();
    return known != null || told == null ? known : signer.key(delta.owner(), told.toByteArray());
  }
}
