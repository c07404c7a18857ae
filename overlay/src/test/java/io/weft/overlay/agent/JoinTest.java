package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.agent.proto.JoinReply;
import io.weft.overlay.agent.proto.JoinRequest;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.CreateToken;
import io.weft.security.token.JoinToken;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and who is not. */
class JoinTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(11, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String refusal(int via, JoinRequest request) {
    JoinReply reply = world.ask(via, request.toByteArray());
    assertThat(reply.getCertificate().isEmpty()).isTrue();
    assertThat(reply.getKeyring().isEmpty()).isTrue();
    return reply.getError();
  }

  @Test
  void aWrongSecretIsRefusedThroughAVoterAndThroughAnotherHost() {
    world.founded().joined(2, 1);
    JoinToken token = world.token(1, 5);
    String other = JoinToken.create(Keys.CA.fingerprint(), new SecureRandom()).secret();
    JoinRequest request = HostWorld.request(3, token).toBuilder().setSecret(other).build();

    assertThat(refusal(1, request)).contains("knows no such token");
    assertThat(refusal(2, request)).contains("knows no such token");
    assertThat(world.get(1).saw("join-refused")).isTrue();
  }

  @Test
  void aTokenThatIsUsedUpIsRefused() {
    world.founded();
    JoinToken token = world.token(1, 1);
    assertThat(world.ask(2, 1, token).getError()).isEmpty();
    assertThat(world.ask(2, 1, token).getError()).as("the same host again").isEmpty();
    assertThat(refusal(1, HostWorld.request(3, token))).contains("used up");
  }

  @Test
  void anExpiredTokenIsRefused() {
    world.founded();
    JoinToken token = JoinToken.create(Keys.CA.fingerprint(), new SecureRandom());
    world.submit(
        1,
        new CreateToken(
            token.id(), Blob.of(token.secretHash()), world.clock.wallMillis() + 5_000, 1));
    world.run(6_000);
    assertThat(refusal(1, HostWorld.request(2, token))).contains("expired");
  }

  @Test
  void malformedRequestsAreRefusedAndNothingIsThrown() {
    world.founded().joined(2, 1);
    JoinToken token = world.token(1, 5);
    for (int via = 1; via <= 2; via++) {
      assertThat(refusal(via, JoinRequest.getDefaultInstance())).isNotEmpty();
      assertThat(
              refusal(
                  via, HostWorld.request(3, token).toBuilder().setName("x".repeat(70_000)).build()))
          .contains("255 characters");
      assertThat(refusal(via, HostWorld.request(3, token).toBuilder().setName("b\nd").build()))
          .isNotEmpty();
    }
    assertThat(world.ask(1, new byte[] {1, 2, 3}).getError()).contains("malformed");
  }

  private String refusalOf(int via, String source, JoinRequest request) {
    JoinReply reply = world.askFrom(source, via, request.toByteArray());
    assertThat(reply.getCertificate().isEmpty()).isTrue();
    return reply.getError();
  }

  @Test
  void whoComesFromWithinANetworkIsRefusedBecauseItsTunnelsWouldGoRoundInCircles() {
    world.founded();
    world.submit(1, new CreateNetwork("blue", AddressBlock.parse("10.0.9.0/24"), null, 0, 0, 27));
    JoinToken token = world.token(1, 1);
    assertThat(refusalOf(1, "10.0.9.7:4000", HostWorld.request(2, token)))
        .contains("10.0.9.7 lies in network blue");
    JoinReply elsewhere =
        world.askFrom("10.0.8.7:4000", 1, HostWorld.request(2, token).toByteArray());
    assertThat(elsewhere.getError()).as("and the token is not used up").isEmpty();
  }

  @Test
  void whoWasRefusedTooOftenIsRefusedForAMinuteAndNobodyElseIs() {
    world.founded();
    JoinToken token = world.token(1, 5);
    for (int i = 0; i < RefusedJoins.MAX_OF_ONE_SOURCE; i++) {
      assertThat(refusal(1, JoinRequest.getDefaultInstance())).doesNotContain("too many");
    }
    assertThat(refusal(1, HostWorld.request(2, token))).contains("too many joins");
    JoinReply elsewhere =
        world.askFrom("10.0.9.10:4000", 1, HostWorld.request(3, token).toByteArray());
    assertThat(elsewhere.getError()).isEmpty();
    world.run(RefusedJoins.WINDOW_MILLIS);
    assertThat(world.ask(2, 1, token).getError()).isEmpty();
  }

  @Test
  void refusalsAreCountedBySourceAlsoThroughAHostThatPassesThemOn() {
    world.founded().joined(2, 1);
    JoinToken token = world.token(1, 5);
    String other = JoinToken.create(Keys.CA.fingerprint(), new SecureRandom()).secret();
    JoinRequest wrong = HostWorld.request(3, token).toBuilder().setSecret(other).build();
    for (int i = 0; i < RefusedJoins.MAX_OF_ONE_SOURCE; i++) {
      assertThat(refusalOf(2, "10.0.9.9:4000", wrong)).contains("knows no such token");
    }
    assertThat(refusalOf(2, "10.0.9.9:4001", wrong)).contains("too many joins");
    assertThat(refusalOf(2, "10.0.9.10:4000", wrong)).contains("knows no such token");
    assertThat(world.ask(3, 1, token).getError()).as("the voter itself saw none").isEmpty();
  }

  @Test
  void soManySourcesAreRememberedAndNoMore() {
    HostContext context = new HostContext(world.founded().get(1).options(), world.clock.random());
    context.enter(0, new ModelEffects(world.get(1), world.get(1).core()));
    RefusedJoins refused = new RefusedJoins(context);
    for (int i = 0; i < RefusedJoins.MAX_OF_ONE_SOURCE; i++) {
      refused.add("first");
    }
    assertThat(refused.tooMany("first")).isTrue();
    for (int i = 0; i < RefusedJoins.MAX_SOURCES; i++) {
      refused.add("source " + i);
    }
    assertThat(refused.tooMany("first")).isFalse();
    assertThat(refused.tooMany("source 1")).isFalse();
  }

  @Test
  void oneSourceHasFewLinksWithoutACertificate() {
    world.founded();
    for (int i = 0; i < JoinDesk.MAX_LINKS_OF_ONE_SOURCE; i++) {
      world.network.joiner(world.get(1));
    }
    ModelNetwork.Joiner tooMany = world.network.joiner(world.get(1));
    world.run(1_000);
    assertThat(tooMany.closedByHost).isTrue();
    JoinToken token = world.token(1, 1);
    JoinReply elsewhere =
        world.askFrom("10.0.9.10:4000", 1, HostWorld.request(2, token).toByteArray());
    assertThat(elsewhere.getError()).isEmpty();
  }

  @Test
  void aHostThatReachesNoVoterSaysSo() {
    world.founded().joined(2, 1);
    JoinToken token = world.token(1, 5);
    world.get(1).crash();
    world.run(5_000);
    assertThat(refusal(2, HostWorld.request(3, token))).contains("no voter");
  }

  @Test
  void aLinkWithoutACertificateIsClosedAfterAWhile() {
    world.founded();
    ModelNetwork.Joiner joiner = world.network.joiner(world.get(1));
    world.run(JoinDesk.JOINER_MILLIS + 1_000);
    assertThat(joiner.closedByHost).isTrue();
  }

  @Test
  void aJoinerWithoutACertificateReachesNothingButTheJoinDesk() {
    world.founded();
    ModelNetwork.Joiner joiner = world.network.joiner(world.get(1));
    for (var channel : io.weft.gossip.transport.Channel.values()) {
      if (channel != io.weft.gossip.transport.Channel.JOIN) {
        joiner.send(channel, new byte[] {1, 2, 3});
      }
    }
    world.run(1_000);
    assertThat(joiner.replies).as("INV-SEC-4").isEmpty();
    assertThat(world.get(1).core().members()).hasSize(1);
  }
}
