package io.weft.overlay.registry;

import io.weft.overlay.ipam.IpAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Optional;

/** What can be read of the registry. All lists are sorted, and the same on every host. */
public interface RegistryView {

  /** Whether the cluster has been created. */
  boolean created();

  /** The cluster's name; empty before it is created. */
  String cluster();

  /** The log's time: the largest seen, in milliseconds since 1970. It never goes back. */
  long timeMillis();

  /** How long a released or fenced block rests, in milliseconds. */
  long quarantineMillis();

  /** All networks, by name. */
  List<Network> networks();

  /** The network of this name. */
  Optional<Network> network(String name);

  /** The network of this id. */
  Optional<Network> networkById(String id);

  /** All leases, by network id and block: those in use and those that rest. */
  List<Lease> leases();

  /** The leases that the host may use in the network. */
  List<Lease> leasesOf(String networkId, NodeId holder);

  /** The lease whose block holds this address, in any state. */
  Optional<Lease> leaseAt(String networkId, IpAddress address);

  /** All tokens, by id. */
  List<Token> tokens();

  /** All hosts, by id. */
  List<Host> hosts();

  /** The host of this id. */
  Optional<Host> host(NodeId id);

  /** Which hosts should be voters, by id. */
  List<NodeId> wantedVoters();

  /** The public part of the cluster's CA, DER. */
  Optional<Blob> caCertificate();

  /** The CA's private key, sealed to this voter. */
  Optional<Blob> wrappedCaKey(NodeId voter);

  /** Which gossip keys are accepted, and which one seals. */
  GossipEpochs gossipEpochs();

  /** Whether the host is shut out. */
  boolean revoked(NodeId id);
}
