package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of the registry. Each is applied by every voter, in the log's order. */
public sealed interface RegistryCommand {

  /**
   * The first entry of a cluster's log: it makes the cluster.
   *
   * @param caCertificateDer the public part of the cluster's CA
   * @param host the first host, which becomes the first wanted voter
   * @param wrappedCaKey the CA's private key, sealed to the first host's identity key
   * @param quarantineMillis how long a released or fenced block rests; for the whole cluster
   */
  record CreateGenesis(
      String cluster,
      Blob caCertificateDer,
      NodeId host,
      String hostName,
      Blob wrappedCaKey,
      long quarantineMillis)
      implements RegistryCommand {}

  /** A host that is a member by certificate makes itself known, or comes back, or is renamed. */
  record RegisterHost(NodeId host, String name) implements RegistryCommand {}

  /**
   * Makes a network.
   *
   * @param subnet IPv4, or null: the next free /16 of {@link RegistryLimits#AUTOMATIC_SUBNETS}
   * @param subnet6 IPv6, or null: none
   * @param vni 1 to 16777215, or 0: the next free one from {@link
   *     RegistryLimits#FIRST_AUTOMATIC_VNI}
   * @param mtu bytes, or 0: {@link RegistryLimits#DEFAULT_MTU}
   * @param hostBlockLength prefix length of one host's IPv4 block, or 0: 24 where it fits
   * @param avoid what no subnet may overlap: where the hosts themselves have addresses, as far as
   *     the host that asks knows
   */
  record CreateNetwork(
      String name,
      @Nullable AddressBlock subnet,
      @Nullable AddressBlock subnet6,
      int vni,
      int mtu,
      int hostBlockLength,
      List<AddressBlock> avoid)
      implements RegistryCommand {
    /** Copies the list. */
    public CreateNetwork {
      avoid = List.copyOf(avoid);
    }

    /** With nothing to avoid. */
    public CreateNetwork(
        String name,
        @Nullable AddressBlock subnet,
        @Nullable AddressBlock subnet6,
        int vni,
        int mtu,
        int hostBlockLength) {
      this(name, subnet, subnet6, vni, mtu, hostBlockLength, List.of());
    }

    /** The same with these blocks to avoid. */
    public CreateNetwork avoiding(List<AddressBlock> blocks) {
      return new CreateNetwork(name, subnet, subnet6, vni, mtu, hostBlockLength, blocks);
    }

    /** With everything chosen by the registry. */
    public static CreateNetwork named(String name) {
      return new CreateNetwork(name, null, null, 0, 0, 0);
    }
  }

  /** Removes a network; its leases, subnet and VNI go into quarantine. */
  record RemoveNetwork(String name) implements RegistryCommand {}

  /**
   * Leases a block of the network (one of each family that it has) to the host. A host that holds
   * one is answered with those it holds.
   *
   * @param avoid blocks that may not be given, because the host has seen them in foreign use
   * @param additional one IPv4 block more than the host holds already
   */
  record LeaseBlock(String network, NodeId host, List<AddressBlock> avoid, boolean additional)
      implements RegistryCommand {
    /** Copies the list. */
    public LeaseBlock {
      avoid = List.copyOf(avoid);
    }
  }

  /** A host leaves in good order: its blocks go into quarantine. */
  record ReleaseHost(NodeId host) implements RegistryCommand {}

  /** A host is taken for dead: its blocks are fenced, and reusable after the quarantine. */
  record FenceHost(NodeId host) implements RegistryCommand {}

  /** Makes a join token known; the secret itself never stands in the log. */
  record CreateToken(String id, Blob secretHash, long expiresAtMillis, int uses)
      implements RegistryCommand {}

  /** A host joins by token: counts one use, once for each host, and registers the host. */
  record UseToken(String id, Blob secretHash, NodeId host, String hostName)
      implements RegistryCommand {}

  /** A token is not to be used any more. */
  record RevokeToken(String id) implements RegistryCommand {}

  /** Which hosts should be voters; the engine follows as they are reachable. */
  record SetWantedVoters(List<NodeId> voters) implements RegistryCommand {
    /** Copies the list. */
    public SetWantedVoters {
      voters = List.copyOf(voters);
    }
  }

  /** Keeps the CA's private key, sealed to this voter's identity key. */
  record StoreWrappedCaKey(NodeId voter, Blob wrapped) implements RegistryCommand {}

  /**
   * Begins a rotation of the gossip key: from now on this one is accepted beside the one in use.
   *
   * @param epoch one more than the highest there ever was
   * @param fingerprint see {@link io.weft.security.keyring.GossipKeys#fingerprint}; the key itself
   *     never stands in the log
   */
  record InstallGossipKey(int epoch, Blob fingerprint) implements RegistryCommand {}

  /** All have the key: it seals from now on. */
  record UseGossipKey(int epoch) implements RegistryCommand {}

  /** A key is accepted no more: all seal with its successor, or nobody has it any more. */
  record RemoveGossipKey(int epoch) implements RegistryCommand {}

  /** A host is shut out for good: its identity is refused, its blocks are fenced. */
  record RevokeHost(NodeId host) implements RegistryCommand {}
}
