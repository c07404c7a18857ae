package io.weft.node.api;

import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.FiredView;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.KeysView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.LeftView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.PeerView;
import io.weft.node.api.view.QueryRequest;
import io.weft.node.api.view.QueryView;
import io.weft.node.api.view.RevokedView;
import io.weft.node.api.view.RotationView;
import io.weft.node.api.view.RttView;
import io.weft.node.api.view.StatusView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.api.view.VotersView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the agent does for its API. The queries answer at once from what the node believes now; the
 * commands may need the registry or the kernel and complete later.
 *
 * <p>Called from many threads at once. Every method throws, and every future fails with, {@link
 * ApiException} for what the user can mend; anything else is a defect and is answered as such.
 */
public interface AgentService {
  /** This node in one object. */
  StatusView status();

  /** The members, this node included, ordered by identity. */
  List<MemberView> members();

  /**
   * The round trip between two members, each by its identity, the first 8 characters of that or
   * more, or its name.
   *
   * @param to null for this node
   */
  RttView rtt(String from, @Nullable String to);

  /** The paths to each peer, ordered by identity. */
  List<PeerView> peers();

  /** The voters of the registry. */
  VotersView voters();

  /** The tunnels, ordered by peer. */
  List<TunnelView> tunnels();

  /** The networks, ordered by name. */
  List<NetworkView> networks();

  /** The endpoints of all hosts that are known here, ordered by network, then address. */
  List<EndpointView> endpoints();

  /** The keys at work, and where a rotation stands. */
  KeysView keys();

  /** The address blocks, ordered by network, then block. */
  List<LeaseView> leases();

  /** How it stands with the addresses, and what does not fit. */
  IpamCheckView ipamCheck();

  /** Creates a network; the same request again answers the network that is there. */
  CompletableFuture<NetworkView> createNetwork(CreateNetworkRequest request);

  /** Removes a network by name or identity and answers what it was. */
  CompletableFuture<NetworkView> removeNetwork(String network);

  /** Makes an endpoint in a network namespace of this host. */
  CompletableFuture<EndpointView> attach(AttachRequest request);

  /** Removes an endpoint of this host by identity or name and answers what it was. */
  CompletableFuture<EndpointView> detach(String endpoint);

  /** Makes a join token. */
  CompletableFuture<TokenView> createToken(TokenRequest request);

  /**
   * Shuts a host out for good and answers who it was.
   *
   * @param node its identity, the first 8 characters of that or more, or its name
   */
  CompletableFuture<RevokedView> revokeNode(String node);

  /** Begins to rotate the gossip key; the rest goes by itself, see {@link #keys}. */
  CompletableFuture<RotationView> rotateGossipKey();

  /** Leaves the cluster; completes when that is done, after which the agent ends by itself. */
  CompletableFuture<LeftView> leave(LeaveRequest request);

  /** Fires a user's event, for all members. */
  CompletableFuture<FiredView> fire(FireRequest request);

  /** Asks the members; completes when all have said what they will, or with the time. */
  CompletableFuture<QueryView> query(QueryRequest request);

  /** The events that are still kept, from an index on, in order. */
  List<EventView> events(long fromIndex);

  /**
   * Delivers kept events from an index on and then new ones as they come, in order, each once. The
   * listener must not block; it may be called on any thread, by one at a time.
   *
   * @return ends the delivery when closed
   */
  Subscription follow(long fromIndex, Consumer<EventView> listener);

  /** A running delivery of events. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
