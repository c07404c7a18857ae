package io.weft.overlay.ipam;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds free blocks inside a larger one, lowest first. */
public final class BlockPool {
  /** Blocks looked at before a pool counts as exhausted; above any number of leases at once. */
  public static final int MAX_SCANNED_BLOCKS = 1 << 20;

  private BlockPool() {}

  /**
   * The lowest block of the given length that is not taken.
   *
   * @param pool the block to choose from
   * @param blockLength prefix length of the blocks, at least the pool's
   * @param taken whether a block may not be used; asked in ascending order
   */
  public static Optional<AddressBlock> lowestFree(
      AddressBlock pool, int blockLength, Predicate<AddressBlock> taken) {
    int limit =
        pool.blockCount(blockLength).min(BigInteger.valueOf(MAX_SCANNED_BLOCKS)).intValueExact();
    for (int number = 0; number < limit; number++) {
      AddressBlock block = pool.block(blockLength, BigInteger.valueOf(number));
      if (!taken.test(block)) {
        return Optional.of(block);
      }
    }
    return Optional.empty();
  }
}
