package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.ForwardedJoinReply;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.agent.proto.Submit;
import io.weft.overlay.agent.proto.SubmitReply;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands reach the registry from any host, and take effect once. */
class CommandsTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(23, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static RegistryMessage.BodyCase kind(Channel channel, byte[] bytes) {
    if (channel != Channel.REGISTRY) {
      return RegistryMessage.BodyCase.BODY_NOT_SET;
    }
    try {
      return RegistryMessage.parseFrom(bytes).getBodyCase();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void lose(RegistryMessage.BodyCase what) {
    world.network.filter = (from, to, channel, bytes) -> kind(channel, bytes) != what;
  }

  private void loseNothing() {
    world.network.filter = (from, to, channel, bytes) -> true;
  }

  @Test
  void aCommandOfANonVoterIsAnsweredWhenItsOwnMirrorHoldsIt() {
    world.founded().joined(2, 1);
    Answer<CommandResult.Answer> answer = world.begin(2, CreateNetwork.named("blue"));
    world.until("an answer", answer::isThere);
    assertThat(answer.granted()).isInstanceOf(CommandResult.NetworkAnswer.class);
    assertThat(world.get(2).registry().network("blue")).isPresent();
  }

  @Test
  void anAnswerWaitsForTheMirrorThoughTheVoterHasAnswered() {
    world.founded().joined(2, 1);
    lose(RegistryMessage.BodyCase.ENTRIES);
    Answer<CommandResult.Answer> answer = world.begin(2, CreateNetwork.named("blue"));
    world.run(4_000);
    assertThat(world.get(1).registry().network("blue")).isPresent();
    assertThat(answer.isThere()).isFalse();
    loseNothing();
    world.await(answer).granted();
  }

  @Test
  void aCommandWhoseAnswersAreLostIsRepeatedAndTakesEffectOnce() {
    world.founded().joined(2, 1);
    world.network.filter =
        (from, to, channel, bytes) ->
            kind(channel, bytes) != RegistryMessage.BodyCase.SUBMIT_REPLY
                && kind(channel, bytes) != RegistryMessage.BodyCase.ENTRIES;
    Answer<CommandResult.Answer> answer = world.begin(2, CreateNetwork.named("blue"));
    world.run(Registrar.ATTEMPT_MILLIS + 1_000);
    loseNothing();

    assertThat(world.await(answer).granted())
        .as("not refused as being there already")
        .isInstanceOf(CommandResult.NetworkAnswer.class);
    assertThat(world.get(1).registry().networks()).hasSize(1);
  }

  @Test
  void aLostLinkToTheVoterThatWasAskedLeadsToAnotherAttemptSoon() {
    world.founded().joined(2, 1);
    lose(RegistryMessage.BodyCase.SUBMIT);
    Answer<CommandResult.Answer> answer = world.begin(2, CreateNetwork.named("blue"));
    world.run(100);
    loseNothing();
    world.network.breakLinks(1, 2);
    assertThat(world.clock.runUntil(answer::isThere, Registrar.ATTEMPT_MILLIS - 1_000)).isTrue();
    answer.granted();
  }

  @Test
  void inAMinorityCommandsFailWithinTheBoundAndSayWhoIsMissing() {
    world.grown(4);
    world.run(5_000);
    world.network.cut(1, 4);
    world.run(5_000);
    Answer<CommandResult.Answer> voter = world.begin(1, CreateNetwork.named("blue"));
    Answer<CommandResult.Answer> client = world.begin(4, CreateNetwork.named("red"));
    Answer<CommandResult.Answer> majority = world.begin(2, CreateNetwork.named("green"));
    world.run(Registrar.REQUEST_MILLIS + 100);

    assertThat(majority.granted()).isNotNull();
    for (Answer<CommandResult.Answer> refused : List.of(voter, client)) {
      assertThat(refused.isThere()).isTrue();
      assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.NO_QUORUM);
    }
    assertThat(voter.refusal().message())
        .contains("host-2")
        .contains("host-3")
        .contains("within 15 s")
        .doesNotContain(" ms")
        .contains("the outcome is unknown")
        .contains("'weft networks'");
    world.network.heal();
    world.until(
        "all agree",
        () ->
            world.live().stream().map(h -> h.registry().stateHash()).distinct().count() == 1
                && world.get(1).registry().network("green").isPresent());
  }

  @Test
  void aCommandThatNobodyCouldBeAskedForChangedNothing() {
    world.founded().joined(2, 1);
    world.network.cut(2);
    world.run(10_000);
    Answer<CommandResult.Answer> answer = world.begin(2, CreateNetwork.named("blue"));
    world.run(Registrar.REQUEST_MILLIS + 100);
    assertThat(answer.refusal().message()).startsWith("nothing was changed").contains("host-1");
  }

  @Test
  void aCommandThatNobodyConfirmedIsNotCalledRefusedAndMayTakeEffect() {
    world.founded().joined(2, 1);
    lose(RegistryMessage.BodyCase.ENTRIES);
    Answer<CommandResult.Answer> answer = world.begin(2, CreateNetwork.named("blue"));
    world.run(Registrar.REQUEST_MILLIS + 100);

    assertThat(answer.refusal().message()).startsWith("the outcome is unknown");
    loseNothing();
    world.until("it took effect", () -> world.get(2).registry().network("blue").isPresent());
    assertThat(world.await(world.begin(2, CreateNetwork.named("blue"))).refusal().message())
        .contains("is there already");
    assertThat(world.get(2).registry().networks()).hasSize(1);
  }

  @Test
  void repliesOfHostsThatWereNotAskedChangeNothing() {
    world.founded().joined(2, 1);
    world.joined(3, 1);
    world.run(20_000);
    for (long id = 0; id < 50; id++) {
      send(
          world.get(3),
          world.get(2),
          RegistryMessage.newBuilder()
              .setSubmitReply(SubmitReply.newBuilder().setRequestId(id).setError("forged"))
              .build());
      send(
          world.get(3),
          world.get(2),
          RegistryMessage.newBuilder()
              .setForwardedJoinReply(
                  ForwardedJoinReply.newBuilder()
                      .setRequestId(id)
                      .setReply(JoinReply.newBuilder().setError("forged")))
              .build());
    }
    world.submit(2, CreateNetwork.named("blue"));
  }

  /** As if that host's core had sent it. */
  private void send(SimHost from, SimHost to, RegistryMessage message) {
    world.network.sendBetween(from, to, Channel.REGISTRY, message.toByteArray());
    world.run(10);
  }

  @Test
  void nothingThatAMemberSendsLeavesTheStep() {
    world.grown(3);
    Random random = new Random(5);
    List<Channel> channels = List.of(Channel.values());
    for (int i = 0; i < 400; i++) {
      Channel channel = channels.get(random.nextInt(channels.size()));
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (channel == Channel.REGISTRY && i % 2 == 0) {
        bytes =
            RegistryMessage.newBuilder()
                .setSubmit(
                    Submit.newBuilder().setRequestId(i).setCommand(ByteString.copyFrom(bytes)))
                .build()
                .toByteArray();
      }
      world.network.sendBetween(world.get(2), world.get(3), channel, bytes);
      world.network.sendBetween(world.get(2), world.get(1), channel, bytes);
      world.run(20);
    }
    world.run(10_000);
    world.submit(3, CreateNetwork.named("blue"));
  }

  @Test
  void noSubnetHoldsAnAddressByWhichHostsReachEachOther() {
    world.founded().joined(2, 1);
    world.joinedAt(3, 1, io.weft.gossip.PeerAddress.parse("10.32.7.3:7940"));
    String own = ModelNetwork.address(2).ip().getHostAddress();
    Answer<CommandResult.Answer> taken =
        world.begin(1, new CreateNetwork("blue", AddressBlock.parse("10.0.0.0/16"), null, 0, 0, 0));
    assertThat(world.await(taken).refusal().message())
        .contains("10.0.0.0/16")
        .contains("/32")
        .contains(own.substring(0, own.lastIndexOf('.')));
    world.submit(1, CreateNetwork.named("blue"));
    assertThat(world.get(1).registry().network("blue").orElseThrow().subnet())
        .as("not 10.32.0.0/16, where host 3 is")
        .isEqualTo(AddressBlock.parse("10.33.0.0/16"));
  }

  @Test
  void aCommandThatTheLogCannotTakeIsRefusedAtOnce() {
    world.founded();
    Answer<CommandResult.Answer> answer = world.begin(1, CreateNetwork.named("x".repeat(70_000)));
    world.run(10);
    assertThat(answer.refusal().kind()).isEqualTo(Refusal.Kind.INVALID);
  }
}
