package io.weft.simulator.fleet;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.EngineTask;
import io.weft.overlay.agent.HostEffects;
import io.weft.overlay.agent.HostEvent;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.agent.WireOrder;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeys;
import io.weft.simulator.network.Fabric;
import io.weft.vxlan.desired.DesiredState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what one life of a host's core wants, in the model. It is also where a crash strikes
 * in the middle of a step: some of the step's effects have happened, the rest never do.
 */
final class HostShell implements HostEffects {
  /** A process that ends in the midst of a step. */
  static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crashed() {
      super("crashed", null, false, false);
    }
  }

  /** Bytes that a message about a join counts for. */
  static final int JOIN_WEIGHT = 2_000;

  private final FleetHost host;
  private final long life;
  private final AtomixEngine engine;

  /** The registry's copy that is to be written next. */
  private HostOptions.@Nullable SavedRegistry unwritten;

  HostShell(FleetHost host, long life, AtomixEngine engine) {
    this.host = host;
    this.life = life;
    this.engine = engine;
  }

  private Fabric fabric() {
    return host.fleet.fabric();
  }

  /** Does it now, or when the disk is done with what was to be saved before. */
  private void then(Runnable effect) {
    host.strike();
    long wait = host.disk().waitedNanos();
    if (wait == 0) {
      effect.run();
    } else {
      host.turns().effect(life, host.world().nowNanos() + wait, effect);
    }
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] bytes) {
    then(() -> fabric().datagram(host.number, to, bytes));
  }

  @Override
  public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
    host.fleet.judge().dialled(host.number, to);
    then(() -> fabric().dial(host.number, linkId, to, expected));
  }

  @Override
  public void closeLink(long linkId) {
    then(() -> fabric().close(host.number, linkId));
  }

  @Override
  public void sendLink(long linkId, Channel channel, byte[] bytes) {
    int weight = weight(channel, bytes);
    then(() -> fabric().send(host.number, linkId, channel, bytes, weight));
  }

  /**
   * Certificates and requests for them hold signatures, whose length differs by a byte or two from
   * one JVM to the next: what carries them counts as of one length.
   */
  static int weight(Channel channel, byte[] bytes) {
    return switch (channel) {
      case GOSSIP, RAFT, TUNNEL -> bytes.length;
      case JOIN -> JOIN_WEIGHT;
      case REGISTRY -> {
        try {
          yield switch (RegistryMessage.parseFrom(bytes).getBodyCase()) {
            case FORWARDED_JOIN, FORWARDED_JOIN_REPLY -> JOIN_WEIGHT;
            case SUBMIT, SUBMIT_REPLY, WATCH, ENTRIES, SNAPSHOT -> bytes.length;
            case KEYRING_ASK, KEYRING, BODY_NOT_SET -> bytes.length;
          };
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("a message that was just made cannot be read", e);
        }
      }
    };
  }

  @Override
  public void engineTask(EngineTask task) {
    then(() -> begin(task));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its end comes back as an input
  private void begin(EngineTask task) {
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
            host.put(
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
    then(() -> engine.receive(from, message));
  }

  @Override
  public void engineReceiveFromOutside(NodeId from, byte[] message) {
    then(() -> engine.receiveFromOutside(from, message));
  }

  @Override
  public void enginePeer(NodeId peer, boolean up) {
    then(
        () -> {
          if (up) {
            engine.peerUp(peer);
          } else {
            engine.peerDown(peer);
          }
        });
  }

  @Override
  public void engineSubmit(long requestId, byte[] command) {
    then(() -> submit(requestId, command));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its end comes back as an input
  private void submit(long requestId, byte[] command) {
    engine
        .submit(command)
        .whenComplete(
            (result, error) ->
                host.put(
                    life,
                    error == null
                        ? new HostInput.Submitted(requestId, result)
                        : new HostInput.SubmitFailed(requestId, cause(error))));
  }

  @Override
  public void plan(long version, DesiredState desired) {
    then(() -> host.dataPlane().plan(version, desired));
  }

  @Override
  public void wire(WireOrder order) {
    then(() -> host.dataPlane().wire(order));
  }

  @Override
  public void unwire(String endpointId) {
    then(() -> host.dataPlane().unwire(endpointId));
  }

  @Override
  public void saveLocal(LocalState state) {
    host.strike();
    writeRegistry();
    host.disk().written(true);
    host.disk().local = state;
    host.fleet.judge().endpointsChanged();
  }

  /**
   * As in the agent, a thread of its own writes the copy a moment later: a crash may forestall it.
   */
  @Override
  public void saveRegistry(long index, byte[] state) {
    host.strike();
    boolean underWay = unwritten != null;
    unwritten = new HostOptions.SavedRegistry(index, Blob.of(state));
    if (!underWay) {
      host.turns()
          .ofEngine(life, host.world().nowNanos() + host.disk().saveNanos(), this::writeRegistry);
    }
  }

  private void writeRegistry() {
    HostOptions.SavedRegistry copy = unwritten;
    unwritten = null;
    if (copy != null && host.disk().hasSpace()) {
      host.disk().registry = copy;
    }
  }

  @Override
  public boolean saveGossipKeys(GossipKeys keys) {
    host.strike();
    boolean written = host.disk().written(false);
    if (written) {
      host.disk().gossipKeys = keys;
    }
    return written;
  }

  @Override
  public boolean savePeers(List<KnownPeer> peers) {
    host.strike();
    boolean written = host.disk().written(false);
    if (written) {
      host.disk().peers = List.copyOf(peers);
    }
    return written;
  }

  @Override
  public void emit(HostEvent event) {
    host.fleet.judge().emitted(host, event);
  }

  @Override
  public void left() {
    writeRegistry();
    host.leftCluster();
  }
}
