package io.weft.security.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.testing.SeededKeyExchange;
import io.weft.security.tunnel.TunnelKeyInput.Message;
import io.weft.security.tunnel.TunnelKeyInput.PeerGone;
import io.weft.security.tunnel.TunnelKeyInput.PeerUp;
import io.weft.security.tunnel.TunnelKeyInput.Rekey;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TunnelKeySimulationTest {
  private static final TunnelKeyConfig CONFIG = TunnelKeyConfig.defaults();

  private static TunnelWorld hosts(long seed) {
    return new TunnelWorld(seed, CONFIG, SeededKeyExchange::new);
  }

  private static TunnelWorld hosts(long seed, TunnelKeyConfig config) {
    return new TunnelWorld(seed, config, SeededKeyExchange::new);
  }

  @Test
  void aLinkThatComesUpLeadsToKeysBothWaysByTheRealExchange() {
    TunnelWorld world = new TunnelWorld(1, CONFIG, random -> new HybridExchange());
    world.bothUp();
    world.run(2_000);
    world.assertSettled();
    assertThat(world.exchangesCompleted).as("one exchange, an association each way").isEqualTo(2);
    assertThat(world.low.outbound).isNotEqualTo(world.high.outbound);
  }

  @Test
  void theHostThatOffersOnlyIfTheOtherDoesNotDoesSo() {
    TunnelWorld world = hosts(2);
    // Only the higher sees a new link; the lower one's has been up all along.
    world.bothUp();
    world.run(20_000);
    int before = world.exchangesCompleted;
    world.high.up();
    world.run(20_000);
    world.assertSettled();
    assertThat(world.exchangesCompleted).isEqualTo(before + 2);
  }

  @Test
  void offersThatCrossEndInOneExchangeTheLowersOne() {
    TunnelWorld world = hosts(3);
    world.bothUp();
    world.run(20_000);
    int before = world.exchangesCompleted;
    world.low.step(new Rekey(null));
    world.high.step(new Rekey(world.low.id));
    world.run(20_000);
    world.assertSettled();
    assertThat(world.exchangesCompleted).isEqualTo(before + 2);
    assertThat(world.lostPackets).isZero();
  }

  // INV-SEC-3
  @Test
  void rekeyingAgainAndAgainLosesNoPacket() {
    TunnelWorld world = hosts(4);
    world.bothUp();
    world.run(2_000);
    int before = world.exchangesCompleted;
    for (int i = 0; i < 20; i++) {
      (i % 3 == 0 ? world.high : world.low).step(new Rekey(null));
      world.run(1_000);
    }
    world.run(20_000);
    world.assertSettled();
    assertThat(world.exchangesCompleted).isEqualTo(before + 40);
    assertThat(world.deliveredPackets).isGreaterThan(5_000);
    assertThat(world.lostPackets).isZero();
  }

  @Test
  void keysAreReplacedAfterSoManyPackets() {
    TunnelWorld world =
        hosts(5, new TunnelKeyConfig(500, 1L << 40, 3_600_000, 100, 800, 50, 2_000, 1_000));
    world.bothUp();
    world.run(36_000);
    assertThat(world.exchangesCompleted).isBetween(16, 24);
    assertThat(world.lostPackets).isZero();
  }

  @Test
  void keysAreReplacedAfterSoManyBytes() {
    TunnelWorld world =
        hosts(6, new TunnelKeyConfig(1L << 30, 50_000, 3_600_000, 100, 800, 50, 2_000, 1_000));
    world.bothUp();
    world.run(36_000);
    assertThat(world.exchangesCompleted).isBetween(16, 24);
    assertThat(world.lostPackets).isZero();
  }

  @Test
  void keysAreReplacedWhenTheyAreOld() {
    TunnelWorld world =
        hosts(7, new TunnelKeyConfig(1L << 30, 1L << 40, 5_000, 100, 800, 50, 2_000, 1_000));
    world.bothUp();
    world.run(50_000);
    assertThat(world.exchangesCompleted).isBetween(18, 26);
    assertThat(world.lostPackets).isZero();
  }

  @Test
  void aLostLinkKeepsTheKeysAndAPeerThatIsGoneLosesThem() {
    TunnelWorld world = hosts(8);
    world.bothUp();
    world.run(20_000);
    world.low.down();
    world.high.down();
    assertThat(world.low.core().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    world.run(60_000);
    assertThat(world.low.outbound).isNotNull();
    assertThat(world.lostPackets).isZero();
    world.low.step(new PeerGone(world.high.id));
    assertThat(world.low.outbound).isNull();
    assertThat(world.low.inbound).isEmpty();
    assertThat(world.low.core().statuses()).isEmpty();
  }

  @Property(tries = 40)
  void lossDoublesAndReorderingDelayAnExchangeAndBreakNothing(@ForAll long seed) {
    TunnelWorld world = hosts(seed);
    world.loss = 0.3;
    world.duplication = 0.3;
    world.maxDelayMillis = 3_000;
    SplittableRandom random = new SplittableRandom(seed);
    world.bothUp();
    for (int i = 0; i < 12; i++) {
      world.run(random.nextLong(1, 6_000));
      switch (random.nextInt(4)) {
        case 0 -> world.low.step(new Rekey(null));
        case 1 -> world.high.step(new Rekey(null));
        case 2 -> {
          world.low.step(new Rekey(null));
          world.high.step(new Rekey(null));
        }
        default -> {}
      }
    }
    world.loss = 0;
    world.run(240_000);
    world.assertSettled();
    assertThat(world.lostPackets).isZero();
  }

  @Property(tries = 40)
  void linksThatBreakInMidExchangeLoseNoPacketAndHeal(@ForAll long seed) {
    TunnelWorld world = hosts(seed);
    world.loss = 0.2;
    world.duplication = 0.2;
    world.maxDelayMillis = 400;
    SplittableRandom random = new SplittableRandom(seed);
    world.bothUp();
    for (int i = 0; i < 15; i++) {
      world.run(random.nextLong(1, 4_000));
      TunnelWorld.Host host = random.nextBoolean() ? world.low : world.high;
      switch (random.nextInt(4)) {
        case 0 -> host.up();
        case 1 -> host.down();
        case 2 -> host.step(new Rekey(null));
        default -> world.bothUp();
      }
    }
    world.loss = 0;
    world.bothUp();
    world.run(240_000);
    world.assertSettled();
    assertThat(world.lostPackets).isZero();
  }

  @Property(tries = 40)
  void aHostThatVanishesInMidExchangeAndReturnsGetsFreshKeys(@ForAll long seed) {
    TunnelWorld world = hosts(seed);
    world.duplication = 0.2;
    world.maxDelayMillis = 400;
    SplittableRandom random = new SplittableRandom(seed);
    world.bothUp();
    for (int i = 0; i < 5; i++) {
      world.run(random.nextLong(1, 3_000));
      TunnelWorld.Host host = random.nextBoolean() ? world.low : world.high;
      host.vanish();
      world.run(random.nextLong(1, 3_000));
      host.other().down();
      host.up();
      host.other().up();
    }
    world.run(240_000);
    world.assertSettled();
  }

  @Property(tries = 200)
  void nonsenseFromAPeerIsCountedAndChangesNothing(@ForAll @Size(max = 60) byte[] nonsense) {
    TunnelWorld world = hosts(9);
    world.bothUp();
    world.run(20_000);
    world.low.step(new Message(world.high.id, nonsense));
    assertThat(world.low.status().malformed()).isEqualTo(1);
    world.assertSettled();
  }

  @Test
  void anOfferWhoseShareIsNoKeyIsCountedAndChangesNothing() {
    TunnelWorld world = new TunnelWorld(10, CONFIG, random -> new HybridExchange());
    world.bothUp();
    world.run(20_000);
    byte[] offer =
        new TunnelMessage.Offer(new TunnelMessage.ExchangeId(1, 1), 256, 0, new byte[1216])
            .encode();
    world.low.step(new Message(world.high.id, offer));
    assertThat(world.low.status().malformed()).isEqualTo(1);
    world.assertSettled();
  }

  @Test
  void messagesOfStrangersAndATunnelToOneselfAreNotTaken() {
    TunnelWorld world = hosts(11);
    world.low.step(new Message(world.high.id, new byte[30]));
    assertThat(world.low.core().statuses()).isEmpty();
    assertThatThrownBy(() -> world.low.step(new PeerUp(world.low.id)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnansweredOfferIsRepeatedEverMoreSlowly() {
    TunnelWorld world = hosts(12);
    world.loss = 1;
    world.low.up();
    long last = 0;
    long longest = 0;
    for (int i = 0; i < 12; i++) {
      long next = world.low.core().nextDeadlineNanos();
      longest = Math.max(longest, next - last);
      assertThat(next - last).isLessThanOrEqualTo(CONFIG.maxRetryMillis() * TunnelWorld.MILLI);
      world.now = next;
      world.low.step(new TunnelKeyInput.Timer());
      last = next;
    }
    assertThat(longest).isGreaterThan(CONFIG.maxRetryMillis() * TunnelWorld.MILLI / 2 - 1);
  }
}
