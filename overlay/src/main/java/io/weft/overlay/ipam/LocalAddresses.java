package io.weft.overlay.ipam;

import java.io.Serial;
import java.math.BigInteger;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses addresses for endpoints within the blocks that a host holds. */
public final class LocalAddresses {

  /** No address can be given. */
  public static final class UnavailableException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final boolean exhausted;

    UnavailableException(boolean exhausted, String message) {
      super(message);
      this.exhausted = exhausted;
    }

    /** Whether a further block would help: all that the host holds are full. */
    public boolean exhausted() {
      return exhausted;
    }
  }

  private LocalAddresses() {}

  /**
   * As {@link #pick(AddressBlock, List, SortedSet, IpAddress, IpAddress)}, on from the highest
   * address that is taken.
   */
  public static IpAddress pick(
      AddressBlock subnet,
      List<AddressBlock> blocks,
      SortedSet<IpAddress> taken,
      @Nullable IpAddress wanted)
      throws UnavailableException {
    return pick(subnet, blocks, taken, wanted, taken.isEmpty() ? null : taken.last());
  }

  /**
   * An address that nobody on this host has: the wanted one, or the next free one after the one
   * that was given last, all blocks in a ring, so that one that was just given back is the last to
   * be given again.
   *
   * @param subnet the network's; its first address, and for IPv4 its last, are never given
   * @param blocks those that this host holds in the subnet
   * @param taken all addresses of the network that are in use on this host
   * @param wanted the one that is asked for, or null for any
   * @param lastGiven where the ring begins, just behind it; null for the lowest address
   */
  public static IpAddress pick(
      AddressBlock subnet,
      List<AddressBlock> blocks,
      SortedSet<IpAddress> taken,
      @Nullable IpAddress wanted,
      @Nullable IpAddress lastGiven)
      throws UnavailableException {
    if (wanted != null) {
      return check(subnet, blocks, taken, wanted);
    }
    IpAddress free = free(subnet, blocks.stream().sorted().toList(), taken, lastGiven);
    if (free != null) {
      return free;
    }
    throw new UnavailableException(
        true,
        blocks.isEmpty()
            ? "this host holds no block of " + subnet
            : "all addresses of this host's blocks %s are in use".formatted(blocks));
  }

  private static @Nullable IpAddress free(
      AddressBlock subnet,
      List<AddressBlock> blocks,
      SortedSet<IpAddress> taken,
      @Nullable IpAddress lastGiven) {
    for (AddressBlock block : blocks) {
      if (lastGiven == null || block.last().compareTo(lastGiven) > 0) {
        IpAddress start =
            lastGiven != null && block.contains(lastGiven) ? lastGiven.plus(1) : block.base();
        IpAddress found = scan(subnet, block, taken, start, block.last());
        if (found != null) {
          return found;
        }
      }
    }
    for (AddressBlock block : blocks) {
      if (lastGiven != null && block.base().compareTo(lastGiven) <= 0) {
        IpAddress end = block.contains(lastGiven) ? lastGiven : block.last();
        IpAddress found = scan(subnet, block, taken, block.base(), end);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static @Nullable IpAddress scan(
      AddressBlock subnet,
      AddressBlock block,
      SortedSet<IpAddress> taken,
      IpAddress from,
      IpAddress to) {
    for (IpAddress next = from; next.compareTo(to) <= 0; next = next.plus(1)) {
      if (block.contains(next) && !taken.contains(next) && !reserved(subnet, next)) {
        return next;
      }
      if (next.equals(to)) {
        break;
      }
    }
    return null;
  }

  /** How many addresses of one of the subnet's blocks can be given. */
  public static BigInteger capacity(AddressBlock subnet, AddressBlock block) {
    long never =
        Stream.of(subnet.base(), subnet.last())
            .filter(address -> block.contains(address) && reserved(subnet, address))
            .count();
    return block.size().subtract(BigInteger.valueOf(never));
  }

  private static boolean reserved(AddressBlock subnet, IpAddress address) {
    return address.equals(subnet.base()) || (!subnet.isIpv6() && address.equals(subnet.last()));
  }

  private static IpAddress check(
      AddressBlock subnet, List<AddressBlock> blocks, SortedSet<IpAddress> taken, IpAddress wanted)
      throws UnavailableException {
    if (!subnet.contains(wanted)) {
      throw new UnavailableException(
          false, "%s lies outside the network's subnet %s".formatted(wanted, subnet));
    }
    if (reserved(subnet, wanted)) {
      throw new UnavailableException(
          false, "%s is the first or last address of %s and never given".formatted(wanted, subnet));
    }
    if (blocks.stream().noneMatch(block -> block.contains(wanted))) {
      throw new UnavailableException(
          false,
          "%s lies outside the blocks %s that this host holds; choose one of those, or attach on the"
                  .formatted(wanted, blocks)
              + " host that holds it ('weft leases')");
    }
    if (taken.contains(wanted)) {
      throw new UnavailableException(
          false, wanted + " is in use on this host; 'weft endpoints' shows by whom");
    }
    return wanted;
  }
}
