package io.weft.gossip.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportContract;
import io.weft.security.identity.NodeId;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class MemoryTransportTest extends TransportContract {
  private final MemoryNetwork network = new MemoryNetwork(new Random(1));

  @Override
  protected Transport member(int number) {
    return network.transport(PeerAddress.parse("10.0.0." + number + ":7940"), idOf(number));
  }

  @Override
  protected NodeId idOf(int number) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) number;
    return NodeId.ofBytes(bytes);
  }

  @Override
  protected boolean await(BooleanSupplier condition) {
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      network.runMillis(10);
    }
    return condition.getAsBoolean();
  }

  @Test
  void fromAnAnonymousPeerOnlyJoinIsDelivered() {
    Transport b = member(2);
    b.start(two);
    Transport joiner = network.anonymousTransport(PeerAddress.parse("10.0.0.9:1"));
    joiner.start(one);
    joiner.dial(2, b.localAddress(), null);
    assertThat(await(() -> one.has("dialed 2 ") && two.has("anonymous "))).isTrue();
    joiner.send(2, Channel.GOSSIP, new byte[3]);
    joiner.send(2, Channel.JOIN, new byte[4]);
    assertThat(await(() -> two.has("message 1 JOIN 4"))).isTrue();
    assertThat(two.has("message 1 GOSSIP")).isFalse();
  }

  @Test
  void whatIsSentOverAShortCutArrivesAfterItAndALongOneEndsTheLink() {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    a.dial(2, b.localAddress(), null);
    await(() -> one.has("dialed 2 "));
    network.cut(a.localAddress(), b.localAddress());
    a.send(2, Channel.RAFT, new byte[5]);
    network.runMillis(5_000);
    assertThat(two.has("message")).isFalse();
    network.healAll();
    network.runMillis(1_000);
    assertThat(two.has("message 1 RAFT 5")).isTrue();
    network.cut(a.localAddress(), b.localAddress());
    network.runMillis(30_000);
    assertThat(one.has("closed 2")).isTrue();
    assertThat(two.has("closed 1")).isTrue();
  }
}
