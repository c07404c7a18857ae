package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.MemberState;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leaving in good order. */
class DepartureTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(37, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private boolean knownAs(int number, MemberState state) {
    return world.live().stream()
        .allMatch(
            h ->
                h.core().members().stream()
                    .anyMatch(m -> m.id().equals(world.get(number).id) && m.state() == state));
  }

  @Test
  void aClientGivesItsBlocksBackAndIsGone() {
    world.founded().joined(2, 1);
    world.submit(1, CreateNetwork.named("blue"));
    world.attached(1, "blue");
    world.attached(2, "blue");
    world.until("1 reaches 2", () -> world.get(1).reachable().size() == 1);
    assertThat(world.await(world.leaving(2)).granted()).isEqualTo(world.get(2).id);

    world.until("its process has ended", () -> !world.get(2).isRunning());
    assertThat(world.get(2).hasLeft).isTrue();
    world.until("it is known to have left", () -> knownAs(2, MemberState.LEFT));
    assertThat(world.get(1).reachable()).as("INV-NET-2").isEmpty();
    assertThat(world.get(1).registry().leases())
        .filteredOn(l -> l.holder().equals(world.get(2).id))
        .allMatch(l -> l.state() == LeaseState.QUARANTINED);
  }

  @Test
  void noAddressIsUsedAnyMoreOnceTheBlocksAreGivenBack() { // INV-IPAM-2; found by the simulator
    world.founded().joined(2, 1);
    world.submit(1, CreateNetwork.named("blue"));
    SimHost leaving = world.get(2);
    world.until("it knows the network", () -> !leaving.registry().networks().isEmpty());
    world.attached(2, "blue");
    // It stays for a while to hand over and say goodbye, but with nothing in its hands.
    Answer<io.weft.security.identity.NodeId> answer = world.leaving(2);
    world.until(
        "its blocks are given back, and it knows",
        () ->
            leaving.isRunning()
                && leaving.registry().leases().stream()
                    .filter(l -> l.holder().equals(leaving.id))
                    .allMatch(l -> l.state() == LeaseState.QUARANTINED)
                && leaving.saved.endpoints().isEmpty());
    assertThat(leaving.interfaces).isEmpty();
    world.await(answer).granted();
  }

  @Test
  void theOnlyVoterHandsItsPartToTheOtherHost() {
    world.founded().joined(2, 1);
    world.await(world.leaving(1)).granted();
    world.until("its process has ended", () -> !world.get(1).isRunning());
    world.until("the other leads", () -> world.leader() == world.get(2));
    assertThat(world.get(2).core().engine().voterIds()).containsExactly(world.get(2).id);
    world.submit(2, CreateNetwork.named("blue"));
    world.until(
        "it holds the CA's key",
        () -> world.get(2).registry().wrappedCaKey(world.get(2).id).isPresent());
    world.joined(3, 2);
  }

  @Test
  void aVoterOfThreeHandsItsPartToAFourth() {
    world.grown(4);
    world.run(5_000);
    SimHost leader = world.leader();
    assertThat(leader).isNotNull();
    int leaving = leader == null ? 1 : leader.number;
    world.await(world.leaving(leaving)).granted();
    world.until("its process has ended", () -> !world.get(leaving).isRunning());
    world.until(
        "the other three vote",
        () ->
            world.voters().size() == 3
                && world.live().stream()
                    .allMatch(
                        h ->
                            h.core().engine().voterIds().size() == 3
                                && !h.core().engine().voterIds().contains(world.get(leaving).id)));
    world.submit(world.live().getFirst().number, CreateNetwork.named("blue"));
  }

  @Test
  void theLastHostLeavesAtOnce() {
    world.founded();
    world.await(world.leaving(1)).granted();
    world.until("its process has ended", () -> !world.get(1).isRunning());
  }

  @Test
  void inAMinorityAHostStaysAndSaysWhy() {
    world.grown(3);
    world.network.cut(3);
    Refusal refusal = world.await(world.leaving(3)).refusal();
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NO_QUORUM);
    assertThat(refusal.message()).contains("so it stays");
    world.run(20_000);
    assertThat(world.get(3).isRunning()).isTrue();
  }

  @Test
  void aReleaseThatTakesEffectAfterItsAnswerWasGivenUpIsGoneOnWith() {
    world.founded().joined(2, 1);
    // The command arrives, and neither the answer nor the entry comes back in time.
    answersAreLost();
    world.await(world.leaving(2)).refusal();
    assertThat(world.get(1).registry().host(world.get(2).id).orElseThrow().state())
        .isEqualTo(HostState.LEFT);
    world.network.filter = (from, to, channel, bytes) -> true;
    world.until("it leaves after all: INV-IPAM-1", () -> !world.get(2).isRunning());
  }

  /** Host 2 of two, with an endpoint. */
  private SimHost attachedSecond() {
    world.founded().joined(2, 1);
    world.submit(1, CreateNetwork.named("blue"));
    SimHost leaving = world.get(2);
    world.until("it knows the network", () -> !leaving.registry().networks().isEmpty());
    world.attached(2, "blue");
    return leaving;
  }

  /** Once host 2 asks for its release, requests still arrive, and no answer comes back. */
  private void answersAreLost() {
    world.network.filter =
        (from, to, channel, bytes) ->
            from != 1 || channel != Channel.REGISTRY || !world.get(2).saved.releaseAsked();
  }

  /** Once this host asks for its release, nothing of it arrives but gossip. */
  private void releaseIsLost(int number) {
    world.network.filter =
        (from, to, channel, bytes) ->
            from != number
                || (channel != Channel.REGISTRY && channel != Channel.RAFT)
                || !world.get(number).saved.releaseAsked();
  }

  private void killedOnceReleased(SimHost leaving) {
    Answer<io.weft.security.identity.NodeId> _ = world.leaving(2);
    world.until(
        "its blocks are given back",
        () -> world.get(1).registry().host(leaving.id).orElseThrow().state() == HostState.LEFT);
    leaving.crash();
  }

  @Test
  void noBlockIsGivenBackBeforeItsAddressesAreINVIPAM2() { // random seed 1000651
    SimHost leaving = attachedSecond();
    Answer<io.weft.security.identity.NodeId> _ = world.leaving(2);
    world.until("its release is asked for", () -> leaving.saved.releaseAsked());
    assertThat(world.get(1).registry().host(leaving.id).orElseThrow().state())
        .isEqualTo(HostState.ACTIVE);
    assertThat(leaving.saved.endpoints()).isEmpty();
    assertThat(leaving.interfaces).isEmpty();
  }

  @Test
  void aHostThatWasKilledAfterItsReleaseTookEffectGoes() { // INV-IPAM-1
    SimHost leaving = attachedSecond();
    answersAreLost();
    killedOnceReleased(leaving);
    world.network.filter = (from, to, channel, bytes) -> true;
    leaving.restart();
    world.until("it goes by itself", () -> !leaving.isRunning());
    assertThat(leaving.saved.endpoints()).isEmpty();
    assertThat(leaving.interfaces).isEmpty();
  }

  @Test
  void aReleaseInDoubtLetsNoAddressBeUsedINVIPAM2() {
    SimHost leaving = attachedSecond();
    answersAreLost();
    world.await(world.leaving(2)).refusal();
    assertThat(leaving.saved.endpoints()).isEmpty();
    world.network.cut(2);
    world.run(HostWorld.QUARANTINE_MILLIS);
    assertThat(leaving.interfaces).isEmpty();
    assertThat(world.await(world.attaching(2, world.order("blue"))).refusal().message())
        .contains("asked to leave");

    world.network.filter = (from, to, channel, bytes) -> true;
    world.network.heal();
    world.until("it leaves after all", () -> !leaving.isRunning());
  }

  @Test
  void aReleaseInDoubtIsNotForgottenAtARestartINVIPAM2() {
    SimHost leaving = attachedSecond();
    answersAreLost();
    killedOnceReleased(leaving);
    world.network.cut(2);
    leaving.restart();
    world.run(1);
    assertThat(leaving.saved.releaseAsked()).isTrue();
    assertThat(world.await(world.attaching(2, world.order("blue"))).refusal().message())
        .contains("asked to leave");
  }

  @Test
  void theDoubtEndsWhenTheRegistryHasAnsweredAfterARestart() {
    world.grown(3);
    world.submit(1, CreateNetwork.named("blue"));
    world.until("it knows the network", () -> !world.get(3).registry().networks().isEmpty());
    releaseIsLost(3);
    world.await(world.leaving(3)).refusal();
    assertThat(world.get(3).saved.releaseAsked()).isTrue();
    world.get(3).crash();
    world.network.filter = (from, to, channel, bytes) -> true;
    world.get(3).restart();
    world.until("it has asked", () -> !world.get(3).saved.releaseAsked());
    world.attached(3, "blue");
  }

  @Test
  void aReleaseThatNeverTookEffectIsForgotten() {
    attachedThird();
    releaseIsLost(3);
    assertThat(world.await(world.leaving(3)).refusal().message()).contains("so it stays");
    assertThat(world.get(3).saved.endpoints()).isEmpty();
    world.run(ReleaseDoubt.SETTLED_MILLIS);
    world.network.filter = (from, to, channel, bytes) -> true;
    world.until("it has asked", () -> !world.get(3).saved.releaseAsked());
    world.attached(3, "blue");
  }

  /** What is learnt of the first release says nothing of the second. */
  @Test
  void aDoubtIsNotEndedByAnAnswerToAnEarlierOneINVIPAM2() {
    SimHost leaving = attachedSecond();
    boolean[] lose = {false, false}; // the next question, and whether one was lost
    world.network.filter =
        (from, to, channel, bytes) -> {
          RegistryCommand asked = from == 2 ? submitted(channel, bytes) : null;
          boolean question = asked instanceof RegistryCommand.LeaseBlock;
          lose[1] |= question && lose[0];
          return !(asked instanceof RegistryCommand.ReleaseHost || (question && lose[0]));
        };
    world.await(world.leaving(2)).refusal();
    lose[0] = true;
    world.until("the doubt's question is lost", () -> lose[1]);
    lose[0] = false;
    Answer<io.weft.security.identity.NodeId> second = world.leaving(2);
    world.run(Registrar.ATTEMPT_MILLIS + 2_000); // it is put once more, and answered
    assertThat(leaving.saved.releaseAsked()).isTrue();
    world.await(second).refusal();
    assertThat(world.await(world.attaching(2, world.order("blue"))).refusal().message())
        .contains("asked to leave");
    world.network.filter = (from, to, channel, bytes) -> true;
    world.until("it is asked about in the end", () -> !leaving.saved.releaseAsked());
  }

  private static @Nullable RegistryCommand submitted(Channel channel, byte[] bytes) {
    try {
      return channel == Channel.REGISTRY && RegistryMessage.parseFrom(bytes).hasSubmit()
          ? RegistryCodec.decode(
                  RegistryMessage.parseFrom(bytes).getSubmit().getCommand().toByteArray())
              .command()
          : null;
    } catch (InvalidProtocolBufferException | MalformedRegistryException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoFindsNoMajorityKeepsItsEndpoints() {
    attachedThird();
    world.network.cut(3);
    assertThat(world.await(world.leaving(3)).refusal().message())
        .contains("so it stays", "no majority", "unreachable");
    assertThat(world.get(3).saved.releaseAsked()).isFalse();
    assertThat(world.get(3).saved.endpoints()).hasSize(1);
    world.network.heal();
    world.run(HostWorld.QUARANTINE_MILLIS);
    assertThat(world.get(3).saved.endpoints()).hasSize(1);
    world.attached(3, "blue");
  }

  /** Host 3 of three, all voters, with an endpoint. */
  private void attachedThird() {
    world.grown(3);
    world.submit(1, CreateNetwork.named("blue"));
    world.until("it knows the network", () -> !world.get(3).registry().networks().isEmpty());
    world.attached(3, "blue");
  }

  @Test
  void whoeverIsLeavingIsNotAskedTwice() {
    world.founded().joined(2, 1);
    Answer<io.weft.security.identity.NodeId> first = world.leaving(2);
    Answer<io.weft.security.identity.NodeId> second = world.leaving(2);
    world.await(first).granted();
    assertThat(second.refusal().message()).contains("leaving already");
  }
}
