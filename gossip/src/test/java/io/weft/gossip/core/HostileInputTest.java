package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.Items;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HostileInputTest {

  @Test
  void whoSealedADatagramSpeaksForNobodyElse() {
    Cluster cluster = new Cluster(1).start(2);
    cluster.seconds(3);
    GossipCore core = cluster.get(1).core;
    MemberItem gone =
        new MemberItem(Cluster.id(2), "n2", Cluster.address(2), MemberState.LEFT, 0, 1, null);
    byte[] forged =
        new GossipCodec().encode(new Envelope(gone, new Body.News(), List.of(), List.of()));

    cluster
        .get(1)
        .input(new GossipInput.DatagramReceived(Cluster.address(2), Cluster.id(3), forged));
    cluster.get(1).input(new GossipInput.LinkMessage(Cluster.id(3), forged));

    assertThat(core.malformed()).containsEntry(Decoded.Cause.WRONG_SENDER, 2L);
    assertThat(cluster.get(1).stateOf(2)).isEqualTo(MemberState.ALIVE);
  }

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
            config,
            Cluster.id(1),
            "x",
            Cluster.address(1),
            new TreeMap<>(),
            1,
            new CheapSigner(Cluster.id(1)),
            new Random(seed));
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
      Envelope envelope = Items.envelope(random);
      MemberItem told = envelope.sender();
      NodeId sender = told == null || random.nextInt(20) == 0 ? Items.id(4) : told.id();
      byte[] bytes = codec.encode(envelope);
      if (random.nextInt(4) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      GossipInput input =
          switch (random.nextInt(6)) {
            case 0 -> new GossipInput.Timer();
            case 1 -> new GossipInput.LinkMessage(sender, bytes);
            case 2 ->
                random.nextBoolean()
                    ? new GossipInput.LinkUp(Items.id(2))
                    : new GossipInput.LinkDown(Items.id(2), "x");
            default -> new GossipInput.DatagramReceived(Cluster.address(2), sender, bytes);
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
