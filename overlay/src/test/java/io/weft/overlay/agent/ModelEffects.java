package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.registry.Blob;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeys;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.SecurityAssociation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Carries out what one host's core wants, in the model. */
final class ModelEffects implements HostEffects {
  private final SimHost host;
  private final HostCore life;

  ModelEffects(SimHost host, HostCore life) {
    this.host = host;
    this.life = life;
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] bytes) {
    host.world.network.datagram(host, to, bytes);
  }

  @Override
  public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
    host.world.network.dial(host, linkId, to, expected);
  }

  @Override
  public void closeLink(long linkId) {
    host.world.network.close(host, linkId);
  }

  @Override
  public void sendLink(long linkId, Channel channel, byte[] bytes) {
    host.trail.add("send " + channel);
    host.world.network.send(host, linkId, channel, bytes);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // its end comes back as an input
  public void engineTask(EngineTask task) {
    host.trail.add("task " + task.getClass().getSimpleName());
    CompletableFuture<Void> done =
        switch (task) {
          case EngineTask.Bootstrap t -> host.engine().bootstrap();
          case EngineTask.Restart t -> host.engine().restart();
          case EngineTask.JoinVoters t -> host.engine().join(t.voters());
          case EngineTask.LeaveVoters t -> host.engine().leave(t.voters());
          case EngineTask.RemoveVoter t -> host.engine().remove(t.voter());
        };
    done.whenComplete(
        (nothing, error) ->
            host.putIn(
                life, new HostInput.EngineTaskEnded(task, error == null ? null : cause(error))));
  }

  private static String cause(Throwable error) {
    Throwable real =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    String message = real.getMessage();
    return message == null ? real.toString() : message;
  }

  @Override
  public void engineReceive(NodeId from, byte[] message) {
    host.engine().receive(from, message);
  }

  @Override
  public void engineReceiveFromOutside(NodeId from, byte[] message) {
    host.engine().receiveFromOutside(from, message);
  }

  @Override
  public void enginePeer(NodeId peer, boolean up) {
    if (up) {
      host.engine().peerUp(peer);
    } else {
      host.engine().peerDown(peer);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // its end comes back as an input
  public void engineSubmit(long requestId, byte[] command) {
    host.engine()
        .submit(command)
        .whenComplete(
            (result, error) ->
                host.putIn(
                    life,
                    error == null
                        ? new HostInput.Submitted(requestId, result)
                        : new HostInput.SubmitFailed(requestId, cause(error))));
  }

  @Override
  public void plan(long version, DesiredState desired) {
    host.trail.add("plan " + version);
    checkOutbound(desired);
    host.plan = desired;
    host.planVersion = version;
    if (!host.dataPlaneStuck) {
      host.world.clock.afterMillis(
          host.applyDelayMillis,
          () -> {
            host.trail.add("applied " + version);
            host.applied = desired;
            host.putIn(life, new HostInput.PlanApplied(version, host.applyFailures));
          });
    }
  }

  private static boolean sends(@Nullable DesiredState plan, SecurityAssociation association) {
    return plan != null && plan.tunnels().stream().anyMatch(t -> association.equals(t.outbound()));
  }

  /**
   * INV-SEC-3: an association that this host begins to send on is one that the peer's data plane
   * has.
   */
  private void checkOutbound(DesiredState desired) {
    DesiredState before = host.plan;
    for (DesiredTunnel tunnel : desired.tunnels()) {
      SecurityAssociation outbound = tunnel.outbound();
      if (outbound == null || sends(before, outbound)) {
        continue;
      }
      for (SimHost peer : host.world.live()) {
        DesiredState applied = peer.applied;
        if (peer.address.ip().equals(tunnel.peer())) {
          boolean has =
              applied != null
                  && applied.tunnels().stream()
                      .filter(t -> t.peer().equals(host.address.ip()))
                      .flatMap(t -> t.inbound().stream())
                      .anyMatch(outbound::equals);
          if (!has) {
            throw new AssertionError(
                "INV-SEC-3: host %d sends to host %d on an association that is not there"
                    .formatted(host.number, peer.number));
          }
        }
      }
    }
  }

  @Override
  public void wire(WireOrder order) {
    host.trail.add("wire " + order.endpointId());
    if (host.wirerStuck) {
      return;
    }
    String error = host.wireError;
    if (error == null) {
      host.interfaces.add(order.endpointId());
    }
    host.world.clock.afterMillis(
        10, () -> host.putIn(life, new HostInput.Wired(order.endpointId(), error)));
  }

  @Override
  public void unwire(String endpointId) {
    host.trail.add("unwire " + endpointId);
    if (host.wirerStuck) {
      return;
    }
    String error = host.unwireError;
    if (error == null) {
      host.interfaces.remove(endpointId);
    }
    host.world.clock.afterMillis(
        10, () -> host.putIn(life, new HostInput.Unwired(endpointId, error)));
  }

  @Override
  public void saveLocal(LocalState state) {
    host.trail.add("save endpoints " + state.endpoints().size());
    host.saved = state;
  }

  @Override
  public void saveRegistry(long index, byte[] state) {
    host.trail.add("save registry " + index);
    host.savedRegistry = new HostOptions.SavedRegistry(index, Blob.of(state));
  }

  @Override
  public boolean saveGossipKeys(GossipKeys keys) {
    if (host.diskFull) {
      return false;
    }
    host.savedKeys = keys;
    return true;
  }

  @Override
  public boolean savePeers(List<KnownPeer> peers) {
    host.peersSaved++;
    host.peers.clear();
    host.peers.addAll(peers);
    return true;
  }

  @Override
  public void shutOut(NodeId peer) {
    host.shutOut.add(peer);
  }

  @Override
  public void emit(HostEvent event) {
    host.events.add(event);
  }

  @Override
  public void left() {
    host.hasLeft = true;
    host.world.clock.afterMillis(0, host::crash);
  }
}
