package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.QueryResult;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is gathered of a query's answers. */
class QuestionsTest {
  private static final long TIMEOUT_MILLIS = 1_000;
  private static final UserItem QUERY =
      new UserItem(member(0).id(), 1, 1, 1, 0, "q", ByteString.EMPTY, null);

  private final List<GossipEvent> told = new ArrayList<>();
  private final Agenda agenda = new Agenda();
  private final Questions questions = new Questions(agenda);

  private static Member member(int number) {
    NodeId id = NodeId.ofBytes(ByteBuffer.allocate(NodeId.BYTES).putInt(number).array());
    PeerAddress address = PeerAddress.parse("10.0.0.1:7940");
    return new Member(id, "n" + number, address, MemberState.ALIVE, 0, 1, 1, -1, new TreeMap<>());
  }

  private Turn at(long millis) {
    return new Turn(
        millis * Turn.NANOS_PER_MILLI,
        new GossipEffects() {
          @Override
          public void sendDatagram(PeerAddress to, byte[] payload) {}

          @Override
          public void sendLink(NodeId to, byte[] payload) {}

          @Override
          public void emit(GossipEvent event) {
            told.add(event);
          }
        });
  }

  private void says(int number, Body.Reply.Kind kind, int bytes) {
    ByteString answer = ByteString.copyFrom(new byte[bytes]);
    questions.replied(at(1), member(number), new Body.Reply(1, 1, kind, answer));
  }

  private QueryResult result() {
    assertThat(told).hasSize(1);
    return ((GossipEvent.QueryEnded) told.getFirst()).result();
  }

  @Test
  void answersBeyondTheirBoundAreLeftOutAndCounted() {
    questions.asked(at(0), QUERY, 1, TIMEOUT_MILLIS, List.of(member(0)));
    int fitting = Questions.MAX_ANSWER_BYTES / Body.Reply.MAX_BYTES;
    for (int number = 1; number <= fitting + 3; number++) {
      says(number, Body.Reply.Kind.ANSWER, Body.Reply.MAX_BYTES);
    }
    questions.runDue(at(TIMEOUT_MILLIS), member(0));
    assertThat(result().answers()).isEqualTo(fitting);
    assertThat(result().leftOut()).isEqualTo(3);
    assertThat(result().responses()).hasSize(fitting + 3);
  }

  @Test
  void whoSaysThatItHasComeIsWaitedForUntilHeSaysMoreInWhateverOrderThatComes() {
    questions.asked(
        at(0), QUERY, 1, TIMEOUT_MILLIS, List.of(member(1), member(2), member(3), member(4)));
    says(1, Body.Reply.Kind.ANSWER, 5);
    says(1, Body.Reply.Kind.ACK, 0);
    says(2, Body.Reply.Kind.NO_ANSWER, 0);
    says(3, Body.Reply.Kind.ACK, 0);
    questions.runDue(at(2), member(0));
    assertThat(told).isEmpty();
    says(3, Body.Reply.Kind.ANSWER, 7);
    says(4, Body.Reply.Kind.ACK, 0);
    says(4, Body.Reply.Kind.NO_ANSWER, 0);
    assertThat(agenda.questionNanos).isLessThanOrEqualTo(at(2).nowNanos());
    questions.runDue(at(2), member(0));
    assertThat(result().missing()).isEmpty();
    assertThat(result().answers()).isEqualTo(2);
    assertThat(result().responses()).hasSize(4);
    assertThat(agenda.questionNanos).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatIsSaidToAnotherQueryOrToAnotherRunDoesNotCount() {
    questions.asked(at(0), QUERY, 1, TIMEOUT_MILLIS, List.of(member(1)));
    Body.Reply.Kind kind = Body.Reply.Kind.ANSWER;
    questions.replied(at(1), member(1), new Body.Reply(2, 1, kind, ByteString.EMPTY));
    questions.replied(at(1), member(1), new Body.Reply(1, 2, kind, ByteString.EMPTY));
    questions.runDue(at(TIMEOUT_MILLIS), member(0));
    assertThat(result().responses()).isEmpty();
    assertThat(result().missing()).containsExactly(member(1));
  }
}
