package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.overlay.agent.EngineTask;
import io.weft.overlay.agent.HostEffects;
import io.weft.overlay.agent.HostEvent;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.agent.WireOrder;
import io.weft.overlay.consensus.ConsensusEngine;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeys;
import io.weft.vxlan.desired.DesiredState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the core wants: on the network, in the engine, in the kernel, on the disk. */
final class ShellEffects implements HostEffects {
  private static final Logger LOG = LoggerFactory.getLogger("weft");

  private final Transport transport;
  private final ConsensusEngine engine;
  private final DataPlaneWorker dataPlane;
  private final HostFiles files;
  private final RegistryWriter registry;
  private final EventLog events;
  private final AuditTrail audit;
  private final Consumer<HostInput> inputs;
  private final Runnable left;
  private final Consumer<NodeId> shutOut;

  ShellEffects(
      Transport transport,
      ConsensusEngine engine,
      DataPlaneWorker dataPlane,
      HostFiles files,
      RegistryWriter registry,
      EventLog events,
      AuditTrail audit,
      Consumer<HostInput> inputs,
      Runnable left,
      Consumer<NodeId> shutOut) {
    this.transport = transport;
    this.engine = engine;
    this.dataPlane = dataPlane;
    this.files = files;
    this.registry = registry;
    this.events = events;
    this.audit = audit;
    this.inputs = inputs;
    this.left = left;
    this.shutOut = shutOut;
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] bytes) {
    transport.sendDatagram(to, bytes);
  }

  @Override
  public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
    transport.dial(linkId, to, expected);
  }

  @Override
  public void closeLink(long linkId) {
    transport.close(linkId);
  }

  @Override
  public void sendLink(long linkId, Channel channel, byte[] bytes) {
    transport.send(linkId, channel, bytes);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // its end comes back as an input
  public void engineTask(EngineTask task) {
    CompletableFuture<Void> done =
        switch (task) {
          case EngineTask.Bootstrap t -> engine.bootstrap();
          case EngineTask.Restart t -> engine.restart();
          case EngineTask.JoinVoters t -> engine.join(t.voters());
          case EngineTask.LeaveVoters t -> engine.leave(t.voters());
          case EngineTask.RemoveVoter t -> engine.remove(t.voter());
        };
    done.whenComplete(
        (nothing, error) ->
            inputs.accept(
                new HostInput.EngineTaskEnded(task, error == null ? null : cause(error))));
  }

  @Override
  public void engineReceive(NodeId from, byte[] message) {
    engine.receive(from, message);
  }

  @Override
  public void engineReceiveFromOutside(NodeId from, byte[] message) {
    engine.receiveFromOutside(from, message);
  }

  @Override
  public void enginePeer(NodeId peer, boolean up) {
    if (up) {
      engine.peerUp(peer);
    } else {
      engine.peerDown(peer);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // its end comes back as an input
  public void engineSubmit(long requestId, byte[] command) {
    engine
        .submit(command)
        .whenComplete(
            (result, error) ->
                inputs.accept(
                    error == null
                        ? new HostInput.Submitted(requestId, result)
                        : new HostInput.SubmitFailed(requestId, cause(error))));
  }

  private static String cause(Throwable error) {
    Throwable real =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    String message = real.getMessage();
    return message == null ? real.toString() : message;
  }

  @Override
  public void plan(long version, DesiredState desired) {
    dataPlane.plan(version, desired);
  }

  @Override
  public void wire(WireOrder order) {
    dataPlane.wire(order);
  }

  @Override
  public void unwire(String endpointId) {
    dataPlane.unwire(endpointId);
  }

  @Override
  public void saveLocal(LocalState state) {
    registry.await();
    try {
      files.saveLocal(state);
    } catch (IOException e) {
      // An address that is not on disk must not be given out: the step fails, and the agent with
      // it.
      throw new UncheckedIOException("cannot keep the endpoints on disk", e);
    }
  }

  @Override
  public void saveRegistry(long index, byte[] state) {
    registry.put(index, state);
  }

  @Override
  public boolean saveGossipKeys(GossipKeys keys) {
    try {
      files.saveGossipKeys(keys);
      return true;
    } catch (IOException e) {
      LOG.warn("event=gossip-keys-not-saved cause=\"{}\"", e.getMessage());
      return false;
    }
  }

  @Override
  public boolean savePeers(List<KnownPeer> peers) {
    try {
      files.savePeers(peers);
      return true;
    } catch (IOException e) {
      LOG.warn("event=peers-not-saved cause=\"{}\"", e.getMessage());
      return false;
    }
  }

  @Override
  public void shutOut(NodeId peer) {
    registry.await();
    shutOut.accept(peer);
  }

  @Override
  public void emit(HostEvent event) {
    // What users fire is theirs, any text and as much as they like: it is no matter for the log.
    if (event.userEvent() == null) {
      LOG.info(
          "event={} subject=\"{}\" cause=\"{}\"", event.type(), event.subject(), event.cause());
    }
    events.add(event);
    audit.record(event);
  }

  @Override
  public void left() {
    registry.await();
    left.run();
  }
}
