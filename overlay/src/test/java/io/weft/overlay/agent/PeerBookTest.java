package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeerBookTest {
  private static PeerAddress address(int n) {
    return PeerAddress.parse("10.0." + n / 200 + "." + n % 200 + ":7940");
  }

  private static Member member(int n, MemberState state) {
    byte[] id = new byte[NodeId.BYTES];
    id[0] = (byte) (n / 200);
    id[1] = (byte) n;
    return new Member(NodeId.ofBytes(id), "n" + n, address(n), state, 0, 1, 1, -1, new TreeMap<>());
  }

  @Test
  void whoeverHasNotLeftIsKept() {
    List<Member> others =
        List.of(
            member(1, MemberState.FAILED),
            member(2, MemberState.LEFT),
            member(3, MemberState.SUSPECT),
            member(4, MemberState.ALIVE));
    assertThat(PeerBook.kept(others, List.of()))
        .containsExactly(address(1), address(3), address(4));
  }

  @Test
  void whatAHostBeganWithIsKeptUntilItKnowsAsMany() {
    List<PeerAddress> former = List.of(address(7), address(8));
    assertThat(PeerBook.kept(List.of(member(1, MemberState.ALIVE)), former))
        .containsExactly(address(1), address(7), address(8));
    assertThat(
            PeerBook.kept(
                List.of(member(1, MemberState.ALIVE), member(2, MemberState.ALIVE)), former))
        .containsExactly(address(1), address(2));
  }

  @Test
  void ofTooManyThoseThatAreThereAreKept() {
    List<Member> others = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      others.add(member(n, n < 250 ? MemberState.FAILED : MemberState.ALIVE));
    }
    List<PeerAddress> kept = PeerBook.kept(others, List.of());
    assertThat(kept).hasSize(PeerBook.MAX_KEPT).startsWith(address(250)).contains(address(299));
  }
}
