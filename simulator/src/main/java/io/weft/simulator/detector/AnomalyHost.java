package io.weft.simulator.detector;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipEffects;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.core.Known;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.GossipCodec;
import io.weft.security.identity.NodeId;
import io.weft.simulator.world.World;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member: the production core of gossip, by datagrams alone, with a door that can be shut. What
 * comes and goes meanwhile waits behind it in order, and passes when it opens.
 */
final class AnomalyHost implements GossipEffects {
  /** So many datagrams wait to come in; a full socket buffer drops the rest. */
  private static final int MAX_WAITING = 4_096;

  private static final long NEVER = Long.MAX_VALUE;

  /** What a host needs of the rest. */
  interface Surroundings {
    void send(int from, PeerAddress to, byte[] payload);

    void told(int observer, GossipEvent event);
  }

  private final World world;
  private final Surroundings surroundings;
  private final int number;
  private final GossipCore core;
  private final Deque<Runnable> incoming = new ArrayDeque<>();
  private final Deque<Runnable> outgoing = new ArrayDeque<>();
  private AnomalyPlan.@Nullable Kind anomaly;
  private long armedNanos = NEVER;

  AnomalyHost(
      World world,
      Surroundings surroundings,
      GossipConfig config,
      GossipCodec codec,
      NodeId id,
      PeerAddress address,
      int number) {
    this.world = world;
    this.surroundings = surroundings;
    this.number = number;
    this.core =
        new GossipCore(
            config,
            id,
            "m" + number,
            address,
            new TreeMap<>(),
            1,
            new CheapSigner(id),
            world.random().stream("gossip", number),
            codec);
  }

  Known known() {
    return core.known();
  }

  void assume(List<Known> others) {
    core.assume(others);
  }

  void start() {
    step(new GossipInput.Timer());
  }

  void shut(AnomalyPlan.Kind kind) {
    anomaly = kind;
  }

  void open() {
    AnomalyPlan.Kind was = anomaly;
    anomaly = null;
    pass(outgoing);
    if (was == AnomalyPlan.Kind.FROZEN) {
      timer(); // the worse order: what is overdue is seen before what has come
    }
    pass(incoming);
  }

  private static void pass(Deque<Runnable> waiting) {
    for (Runnable next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
      next.run();
    }
  }

  void datagram(PeerAddress from, NodeId sender, byte[] payload) {
    if (anomaly == null) {
      step(new GossipInput.DatagramReceived(from, sender, payload));
    } else if (incoming.size() < MAX_WAITING) {
      incoming.addLast(() -> step(new GossipInput.DatagramReceived(from, sender, payload)));
    }
  }

  private void step(GossipInput input) {
    core.step(world.nowNanos(), input, this);
    long next = core.nextDeadlineNanos();
    if (next < armedNanos) {
      armedNanos = next;
      world.at(next, () -> fire(next));
    }
  }

  private void fire(long armed) {
    if (armed == armedNanos && anomaly != AnomalyPlan.Kind.FROZEN) {
      timer();
    }
  }

  private void timer() {
    armedNanos = NEVER;
    step(new GossipInput.Timer());
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] payload) {
    if (anomaly == null) {
      surroundings.send(number, to, payload);
    } else {
      outgoing.addLast(() -> surroundings.send(number, to, payload));
    }
  }

  @Override
  public void sendLink(NodeId to, byte[] payload) {
    throw new IllegalStateException("there are no links");
  }

  @Override
  public void emit(GossipEvent event) {
    surroundings.told(number, event);
  }
}
