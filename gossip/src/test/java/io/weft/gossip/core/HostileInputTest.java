package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.Items;
import io.weft.security.identity.NodeId;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HostileInputTest {

  /**
   * Every datagram is within the budget, and no version of an owner goes back in one generation
   * (INV-SYN-1, INV-SYN-3).
   */
  @Property(tries = 200)
  void noSequenceOfMessagesGoodOrBadMakesAStepThrowOrAVersionGoBack(@ForAll long seed) {
    Random random = new Random(seed);
    GossipConfig config = GossipConfig.defaults();
    GossipCodec codec = new GossipCodec();
    GossipCore core =
        new GossipCore(
            config, Cluster.id(1), "x", Cluster.address(1), new TreeMap<>(), 1, new Random(seed));
    TreeMap<NodeId, long[]> seen = new TreeMap<>();
    GossipEffects out =
        new GossipEffects() {
          @Override
          public void sendDatagram(PeerAddress to, byte[] payload) {
            assertThat(payload.length).isLessThanOrEqualTo(config.datagramBudgetBytes());
          }

          @Override
          public void sendLink(NodeId to, byte[] payload) {
            assertThat(payload.length).isLessThanOrEqualTo(Outbox.LINK_BUDGET_BYTES);
          }

          // What was held of somebody who leaves is dropped; one message may bring him back.
          @Override
          public void emit(GossipEvent event) {
            if (event instanceof GossipEvent.MemberLeft left) {
              seen.remove(left.member().id());
            }
          }
        };
    long now = 0;
    for (int i = 0; i < 150; i++) {
      now += random.nextInt(400) * 1_000_000L;
      byte[] bytes = codec.encode(Items.envelope(random));
      if (random.nextInt(4) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      GossipInput input =
          switch (random.nextInt(6)) {
            case 0 -> new GossipInput.Timer();
            case 1 -> new GossipInput.LinkMessage(Items.id(random.nextInt(5)), bytes);
            case 2 ->
                random.nextBoolean()
                    ? new GossipInput.LinkUp(Items.id(2))
                    : new GossipInput.LinkDown(Items.id(2), "x");
            default -> new GossipInput.DatagramReceived(Cluster.address(2), bytes);
          };
      core.step(now, input, out);
      core.members()
          .forEach(
              m -> {
                long[] before =
                    seen.put(m.id(), new long[] {m.generation(), m.incarnation(), m.version()});
                if (before != null && before[0] == m.generation() && m.version() > 0) {
                  assertThat(m.version()).isGreaterThanOrEqualTo(before[2]);
                  assertThat(m.incarnation()).isGreaterThanOrEqualTo(before[1]);
                }
              });
    }
  }
}
