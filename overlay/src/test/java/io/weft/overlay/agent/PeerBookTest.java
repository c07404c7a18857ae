package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.registry.RegistryState;
import io.weft.security.identity.NodeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerBookTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(62, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static PeerAddress address(int n) {
    return PeerAddress.parse("10.1." + n / 200 + "." + n % 200 + ":7940");
  }

  private static NodeId id(int n) {
    byte[] id = new byte[NodeId.BYTES];
    id[0] = (byte) (n / 200);
    id[1] = (byte) n;
    return NodeId.ofBytes(id);
  }

  private static Member member(int n, MemberState state) {
    return new Member(id(n), "n" + n, address(n), state, 0, 1, 1, -1, new TreeMap<>());
  }

  private static KnownPeer peer(int n) {
    return new KnownPeer(address(n), id(n));
  }

  @Test
  void whoeverHasNotLeftIsKept() {
    List<Member> others =
        List.of(
            member(1, MemberState.FAILED),
            member(2, MemberState.LEFT),
            member(3, MemberState.SUSPECT),
            member(4, MemberState.ALIVE));
    assertThat(PeerBook.kept(others, List.of())).containsExactly(peer(1), peer(3), peer(4));
  }

  @Test
  void ofTooManyThoseThatAreThereAreKept() {
    List<Member> others = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      others.add(member(n, n < 250 ? MemberState.FAILED : MemberState.ALIVE));
    }
    assertThat(PeerBook.kept(others, List.of(peer(400))))
        .hasSize(PeerBook.MAX_KEPT)
        .startsWith(peer(250))
        .contains(peer(299))
        .doesNotContain(peer(400));
  }

  /** The agent takes a file of peers for the sign that its cluster was founded. */
  @Test
  void nothingIsWrittenBeforeAnybodyIsMet() {
    world.founded();
    world.run(3_000);
    assertThat(world.get(1).peersSaved).isZero();
    world.joined(2, 1);
    world.until("the other is kept", () -> world.get(1).peers.equals(List.of(of(2))));
  }

  @Test
  void whoItBeganWithStaysHoweverManyOthersItMeets() {
    SimHost host = beganWith(peer(7), new KnownPeer(address(8), null));
    assertThat(host.peers).hasSize(4).contains(peer(7), new KnownPeer(address(8), null));

    host.crash();
    host.start();
    world.run(3_000);
    assertThat(host.peers).hasSize(4).contains(peer(7), new KnownPeer(address(8), null));
  }

  @Test
  void whoIsMetAgainElsewhereOrWhoseAddressAnotherHasIsStruckOut() {
    world.grown(3);
    KnownPeer elsewhere = new KnownPeer(address(7), world.get(2).identity.id());
    KnownPeer former = new KnownPeer(world.get(3).address, id(9));
    KnownPeer nameless = new KnownPeer(world.get(3).address, null);
    assertThat(restartedWith(elsewhere, former, nameless).peers)
        .containsExactlyInAnyOrder(of(2), of(3));
  }

  private List<KnownPeer> left(int began, List<Member> others, KnownPeer... unheard) {
    List<KnownPeer> list = new ArrayList<>(List.of(unheard));
    PeerBook.strikeOut(list, began, others, new RegistryState());
    return PeerBook.kept(others, list);
  }

  @Test
  void whoIsSaidToHaveFailedSomewhereElseIsLookedForWhereItWas() {
    KnownPeer moved = new KnownPeer(address(8), id(7));
    assertThat(left(1, List.of(member(7, MemberState.FAILED)), moved))
        .containsExactly(peer(7), moved);
    assertThat(left(1, List.of(member(7, MemberState.FAILED)), peer(7))).containsExactly(peer(7));
    assertThat(left(1, List.of(member(7, MemberState.ALIVE)), moved)).containsExactly(peer(7));
  }

  @Test
  void theAddressOfOneThatHasLeftMayBeAnothersNow() {
    KnownPeer heir = new KnownPeer(address(3), id(9));
    assertThat(left(1, List.of(member(3, MemberState.LEFT)), heir)).containsExactly(heir);
    assertThat(left(1, List.of(member(3, MemberState.LEFT)), peer(3))).isEmpty();
  }

  @Test
  void anAddressOfNobodyKnownIsKeptUntilAsManyAreKnownAsAtTheBeginning() {
    KnownPeer nameless = new KnownPeer(address(8), null);
    List<Member> others = List.of(member(1, MemberState.ALIVE), member(2, MemberState.ALIVE));
    assertThat(left(3, others, nameless, peer(9))).contains(nameless, peer(9)).hasSize(4);
    assertThat(left(2, others, nameless, peer(9))).contains(peer(9)).hasSize(3);
  }

  @Test
  void whomTheRegistrySaysToHaveLeftIsStruckOut() {
    world.grown(4);
    List<KnownPeer> list = new ArrayList<>(List.of(of(3), of(4)));
    PeerBook.strikeOut(list, 2, List.of(), world.get(1).registry());
    assertThat(list).hasSize(2);
    world.await(world.leaving(3)).granted();
    PeerBook.strikeOut(list, 2, List.of(), world.get(1).registry());
    assertThat(list).containsExactly(of(4));
  }

  @Test
  void whoHasLeftForGoodIsStruckOut() {
    world.grown(4);
    KnownPeer leaver = of(3);
    SimHost away = world.get(4);
    away.crash();
    world.await(world.leaving(3)).granted();
    assertThat(away.peers).contains(leaver);
    away.start();
    world.until("it has heard of it", () -> Set.copyOf(away.peers).equals(Set.of(of(1), of(2))));
  }

  private KnownPeer of(int number) {
    SimHost host = world.get(number);
    return new KnownPeer(host.address, host.identity.id());
  }

  private SimHost beganWith(KnownPeer... former) {
    world.grown(3);
    return restartedWith(former);
  }

  /** Host 1, which knows these too when it starts again, and has met hosts 2 and 3 since. */
  private SimHost restartedWith(KnownPeer... former) {
    SimHost host = world.get(1);
    host.crash();
    host.peers.addAll(List.of(former));
    host.start();
    world.until("it knows them again", () -> host.peers.containsAll(List.of(of(2), of(3))));
    world.run(3_000);
    return host;
  }
}
