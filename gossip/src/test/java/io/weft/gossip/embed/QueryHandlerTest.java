package io.weft.gossip.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.Query;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.wire.Body;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How an application's answers are begun. */
class QueryHandlerTest {
  private static final long PATIENCE_SECONDS = 30;
  private static final NodeId ASKER = new NodeId("02".repeat(NodeId.BYTES));
  private static final Query QUERY = new Query(ASKER, "n2", 1, 1, 1, "q", new byte[0], 1_000);

  private final MemberLoop loop = MemberLoopTest.started();

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void aHandlerThatThrowsAnErrorGivesItsPlaceBack() throws Exception {
    Semaphore ran = new Semaphore(0);
    QueryHandler handler =
        new QueryHandler(
            query -> {
              ran.release();
              throw new AssertionError("a defect of the application");
            },
            loop);
    for (int i = 0; i < 3 * QueryHandler.MAX_RUNNING; i++) {
      // The place is given back a moment after the application has run.
      for (int tries = 0; !handler.test(QUERY); tries++) {
        assertThat(tries).isLessThan(1_000);
        Thread.sleep(10);
      }
      assertThat(ran.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void beyondItsPlacesNothingIsBegun() throws Exception {
    CountDownLatch begun = new CountDownLatch(QueryHandler.MAX_RUNNING);
    CountDownLatch end = new CountDownLatch(1);
    QueryHandler handler =
        new QueryHandler(
            query -> {
              begun.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return null;
            },
            loop);
    for (int i = 0; i < QueryHandler.MAX_RUNNING; i++) {
      assertThat(handler.test(QUERY)).isTrue();
    }
    assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(handler.test(QUERY)).isFalse();
    end.countDown();
  }

  @Test
  void whoAsksHearsAtOnceThatThereIsNoAnswerWhenNobodyIsThereOrNoPlaceIs() {
    List<GossipInput> said = new ArrayList<>();
    UserDesk desk = new UserDesk(said::add);
    desk.handle("full", query -> false);
    desk.handle("free", query -> true);
    assertThat(kinds(desk, said, "none")).containsExactly(Body.Reply.Kind.NO_ANSWER);
    assertThat(kinds(desk, said, "full"))
        .containsExactly(Body.Reply.Kind.ACK, Body.Reply.Kind.NO_ANSWER);
    assertThat(kinds(desk, said, "free")).containsExactly(Body.Reply.Kind.ACK);
  }

  private static List<Body.Reply.Kind> kinds(UserDesk desk, List<GossipInput> said, String name) {
    said.clear();
    PeerAddress address = PeerAddress.parse("10.0.0.2:7940");
    Member asker =
        new Member(ASKER, "n2", address, MemberState.ALIVE, 0, 1, 1, -1, new TreeMap<>());
    Query query = new Query(ASKER, "n2", 1, 1, 1, name, new byte[0], 1_000);
    desk.told(new GossipEvent.QuerySeen(asker, query, "told"));
    return said.stream().map(input -> ((GossipInput.Answer) input).kind()).toList();
  }
}
