package io.weft.vxlan.xfrm;

import io.weft.vxlan.kernel.KernelException;
import java.net.InetAddress;
import java.util.List;

/**
 * The IPsec of one network namespace, as far as it is Weft's: associations that carry {@link
 * #REQUEST_ID}, policies that carry one of Weft's two priorities. Not safe for use by several
 * threads at once.
 */
public interface Xfrm extends AutoCloseable {

  /** By this Weft knows its associations ("Weft" in ASCII). */
  int REQUEST_ID = 0x57656674;

  /** Priority of policies that protect; a lower number wins. */
  int PROTECT_PRIORITY = 0x57656600;

  /** Priority of policies that block what nothing protects. */
  int BLOCK_PRIORITY = 0x57656680;

  /** Packets of the replay window (RFC 4303, section 3.4.3). */
  int REPLAY_WINDOW_PACKETS = 2048;

  /** Weft's associations. */
  List<SaState> associations();

  /** Weft's policies. */
  List<Policy> policies();

  /**
   * Adds an association.
   *
   * @throws KernelException UNSUPPORTED when the kernel has no ESP or no AES-GCM
   */
  void add(SaSpec association);

  /** Removes an association; it is no error when it is not there. */
  void removeAssociation(InetAddress destination, int spi);

  /** Adds or replaces a policy. */
  void put(Policy policy);

  /** Removes a policy; it is no error when it is not there. */
  void remove(Policy policy);

  /** Frees resources; associations and policies stay in force. */
  @Override
  void close();
}
