package io.weft.overlay.check;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something about addresses that does not fit.
 *
 * @param network its name; of one that is no more its id
 * @param block the block that it is about, if it is about one
 * @param address the address that it is about, if it is about one
 * @param hosts those that are concerned
 * @param wrong one line
 * @param mend one line: what a person can do, or what happens by itself
 */
public record AddressFinding(
    Kind kind,
    String network,
    @Nullable AddressBlock block,
    @Nullable IpAddress address,
    List<NodeId> hosts,
    String wrong,
    String mend) {

  /** What there is to find, the worst first. */
  public enum Kind {
    /**
     * Two endpoints have one address (INV-IPAM-1). A host that left, and whose data directory was
     * then put back from a copy, comes back with endpoints whose blocks are others' by now; this
     * would also show a defect of ours.
     */
    CONFLICT,
    /**
     * An endpoint's address lies in no block that its host holds (INV-IPAM-2). It comes about as a
     * conflict does, before the next holder has given that address to an endpoint of its own.
     */
    STRAY,
    /**
     * An endpoint is in a network that was removed. Only the endpoints that are known where it is
     * removed stand in the way of that: those of a host that is cut off, or just attaching, do not.
     */
    NO_NETWORK,
    /**
     * The holder of a block is not present: it failed, or this host has started since and never
     * heard of it. No time ends a lease, as the holder may live, cut off, and use it: only the
     * holder itself gives it back, or a person shuts the holder out. Of a holder that has left the
     * registry takes the blocks; that may be on its way here. Holders that were revoked or are not
     * registered need no kind: with each of these the registry takes the blocks at once.
     */
    ORPHAN,
    /**
     * A host has no endpoint in a block, and room in another one of the same subnet: it once had
     * more endpoints than one block holds, and a single block is never given back. The last block
     * of a host is none: it is kept for the next endpoint. Not certain for the moment in which
     * endpoints are just attached or detached there, or the host has just come back.
     */
    LEAK,
    /** No block is free: hosts without one cannot attach, nor those whose own are full. */
    FULL;

    /** The word for it, as in {@code no-network}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Copies the list. */
  public AddressFinding {
    hosts = List.copyOf(hosts);
  }
}
