package io.weft.security.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Two cores, each with a model of its kernel's associations, in virtual time; between them links
 * that lose, double and reorder, and a tunnel that carries a packet each way every few
 * milliseconds. Checks all the way:
 *
 * <ul>
 *   <li>INV-SEC-2: no key goes into use twice, by either host; a key in use twice would count its
 *       nonces anew.
 *   <li>INV-SEC-3: what a host begins to send on is installed at the other; no packet arrives at an
 *       association that is not there.
 * </ul>
 */
final class TunnelWorld {
  static final long MILLI = 1_000_000;
  private static final long PACKET_EVERY = 7 * MILLI;

  final Host low = new Host(new NodeId("11".repeat(32)));
  final Host high = new Host(new NodeId("99".repeat(32)));
  long now;
  double loss;
  double duplication;
  long maxDelayMillis = 5;
  int lostPackets;
  int deliveredPackets;
  int exchangesCompleted;

  private final RandomGenerator random;
  private final TunnelKeyConfig config;
  private final Function<RandomGenerator, KeyExchange> exchange;
  private final Set<String> keysEverSentUnder = new HashSet<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long order;

  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  TunnelWorld(long seed, TunnelKeyConfig config, Function<RandomGenerator, KeyExchange> exchange) {
    this.random = new SplittableRandom(seed);
    this.config = config;
    this.exchange = exchange;
    low.start();
    high.start();
    at(PACKET_EVERY, this::packets);
  }

  final class Host implements TunnelKeyEffects {
    final NodeId id;
    final TreeMap<Integer, SaKeys> inbound = new TreeMap<>();
    @Nullable SaKeys outbound;
    boolean linked;
    boolean vanished; // until the hosts have heard of each other again
    int life;
    private @Nullable TunnelKeyCore core;

    Host(NodeId id) {
      this.id = id;
    }

    Host other() {
      return this == low ? high : low;
    }

    void start() {
      core = new TunnelKeyCore(id, config, exchange.apply(random), random);
    }

    TunnelKeyCore core() {
      TunnelKeyCore running = core;
      return Objects.requireNonNull(running);
    }

    /** The host loses all it had, as with its power. */
    void vanish() {
      life++;
      vanished = true;
      inbound.clear();
      outbound = null;
      linked = false;
      start();
    }

    void step(TunnelKeyInput input) {
      core().step(now, input, this);
    }

    void up() {
      vanished = false;
      linked = true;
      step(new TunnelKeyInput.PeerUp(other().id));
    }

    void down() {
      linked = false;
      step(new TunnelKeyInput.PeerDown(other().id));
    }

    TunnelKeyStatus status() {
      return core().statuses().get(0);
    }

    @Override
    public void send(NodeId peer, byte[] payload) {
      assertThat(peer).isEqualTo(other().id);
      int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplication ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        at(
            random.nextLong(maxDelayMillis * MILLI + 1),
            () -> other().step(new TunnelKeyInput.Message(id, payload)));
      }
    }

    @Override
    public void installInbound(NodeId peer, SaKeys keys) {
      assertThat(inbound.put(keys.spi(), keys)).as("SPI in use already").isNull();
    }

    @Override
    public void useOutbound(NodeId peer, SaKeys keys) {
      // INV-SEC-3
      if (!other().vanished) {
        assertThat(other().inbound.get(keys.spi())).as("installed at the peer").isEqualTo(keys);
      }
      // INV-SEC-2
      assertThat(keysEverSentUnder.add(Arrays.toString(keys.key32()))).as("a fresh key").isTrue();
      outbound = keys;
      exchangesCompleted++;
    }

    @Override
    public void removeInbound(NodeId peer, int spi) {
      assertThat(inbound.remove(spi)).as("an association that is there").isNotNull();
      SaKeys theirs = other().outbound;
      if (theirs != null && linked && other().linked) {
        // INV-SEC-3
        assertThat(theirs.spi()).as("an association that the peer has left").isNotEqualTo(spi);
      }
    }

    @Override
    public void removeOutbound(NodeId peer, int spi) {
      if (outbound != null && outbound.spi() == spi) {
        outbound = null;
      }
    }

    private void sendPacket() {
      SaKeys keys = outbound;
      if (keys == null) {
        return;
      }
      int receiverLife = other().life;
      step(new TunnelKeyInput.Sent(other().id, 1, 100));
      at(
          random.nextLong(maxDelayMillis * MILLI + 1),
          () -> {
            if (keys.equals(other().inbound.get(keys.spi()))) {
              deliveredPackets++;
            } else if (other().life == receiverLife) {
              lostPackets++;
            }
          });
    }
  }

  void bothUp() {
    low.up();
    high.up();
  }

  void at(long delay, Runnable what) {
    events.add(new Event(now + delay, order++, what));
  }

  private void packets() {
    low.sendPacket();
    high.sendPacket();
    at(PACKET_EVERY, this::packets);
  }

  /**
   * Lets virtual time pass: whatever is due next happens next, be it an event or a core's deadline.
   */
  void run(long millis) {
    long end = now + millis * MILLI;
    int steps = 0;
    while (true) {
      assertThat(++steps).as("steps: a core that asks for the past spins").isLessThan(5_000_000);
      long event = events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
      long next =
          Math.min(
              event, Math.min(low.core().nextDeadlineNanos(), high.core().nextDeadlineNanos()));
      if (next > end) {
        now = end;
        return;
      }
      now = Math.max(now, next);
      if (event <= now) {
        events.remove().what.run();
      } else {
        low.step(new TunnelKeyInput.Timer());
        high.step(new TunnelKeyInput.Timer());
      }
    }
  }

  /** Each sends what the other accepts, each accepts that only, and nothing is under way. */
  void assertSettled() {
    for (Host host : new Host[] {low, high}) {
      assertThat(host.outbound).isNotNull();
      assertThat(host.inbound.values()).containsExactly(host.other().outbound);
      assertThat(host.status().exchanging()).isFalse();
      assertThat(host.status().spiIn()).isEqualTo(host.other().status().spiOut());
    }
  }
}
