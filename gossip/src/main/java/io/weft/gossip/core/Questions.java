package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.Member;
import io.weft.gossip.QueryResult;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The queries that this node has asked and that are not over: each ends when everybody who was
 * there and asked has said all that he will, or with its time.
 */
final class Questions {
  /** The most that are open at a time. */
  static final int MAX_OPEN = 16;

  /** Of one query's answers so many bytes are kept. */
  static final int MAX_ANSWER_BYTES = 4 << 20;

  private static final class Open {
    final UserItem item;
    final long ticket;
    final long askedNanos;
    final long deadlineNanos;
    final TreeMap<NodeId, Member> silent = new TreeMap<>();
    final TreeSet<NodeId> unfinished = new TreeSet<>();
    final LinkedHashMap<NodeId, QueryResult.Response> responses = new LinkedHashMap<>();
    int bytes;
    int leftOut;

    Open(UserItem item, long ticket, Turn turn, long timeoutMillis) {
      this.item = item;
      this.ticket = ticket;
      this.askedNanos = turn.nowNanos();
      this.deadlineNanos = turn.in(timeoutMillis);
    }
  }

  /** By number. */
  private final TreeMap<Long, Open> open = new TreeMap<>();

  private final Agenda agenda;

  Questions(Agenda agenda) {
    this.agenda = agenda;
  }

  boolean full() {
    return open.size() >= MAX_OPEN;
  }

  /** A query goes out to these. */
  void asked(Turn turn, UserItem item, long ticket, long timeoutMillis, List<Member> whom) {
    Open question = new Open(item, ticket, turn, timeoutMillis);
    for (Member member : whom) {
      question.silent.put(member.id(), member);
      question.unfinished.add(member.id());
    }
    open.put(item.number(), question);
    reckon();
  }

  /** What a member says to one of them. */
  void replied(Turn turn, Member from, Body.Reply reply) {
    Open question = open.get(reply.number());
    if (question == null || question.item.generation() != reply.generation()) {
      return;
    }
    QueryResult.Response before = question.responses.get(from.id());
    if (before != null && (before.answer() != null || reply.kind() != Body.Reply.Kind.ANSWER)) {
      if (reply.kind() != Body.Reply.Kind.ACK) {
        question.unfinished.remove(from.id());
        reckon();
      }
      return;
    }
    question.silent.remove(from.id());
    if (reply.kind() != Body.Reply.Kind.ACK) {
      question.unfinished.remove(from.id());
      reckon();
    }
    long millis = (turn.nowNanos() - question.askedNanos) / Turn.NANOS_PER_MILLI;
    question.responses.put(
        from.id(),
        new QueryResult.Response(from.id(), from.name(), answer(question, reply), millis));
  }

  private static byte @Nullable [] answer(Open question, Body.Reply reply) {
    if (reply.kind() != Body.Reply.Kind.ANSWER) {
      return null;
    }
    ByteString answer = reply.answer();
    if (question.bytes + answer.size() > MAX_ANSWER_BYTES) {
      question.leftOut++;
      return null;
    }
    question.bytes += answer.size();
    return answer.toByteArray();
  }

  private void reckon() {
    agenda.questionNanos = Long.MAX_VALUE;
    for (Open question : open.values()) {
      agenda.questionNanos =
          Math.min(
              agenda.questionNanos,
              question.unfinished.isEmpty() ? question.askedNanos : question.deadlineNanos);
    }
  }

  /** Ends those that are over. */
  void runDue(Turn turn, Member self) {
    List<Open> over = new ArrayList<>();
    for (Open question : open.values()) {
      if (question.unfinished.isEmpty() || question.deadlineNanos <= turn.nowNanos()) {
        over.add(question);
      }
    }
    for (Open question : over) {
      open.remove(question.item.number());
      QueryResult result =
          new QueryResult(
              question.item.ltime(),
              List.copyOf(question.responses.values()),
              List.copyOf(question.silent.values()),
              question.leftOut);
      String cause =
          question.unfinished.isEmpty() ? "all that were asked have answered" : "its time is over";
      turn.out().emit(new GossipEvent.QueryEnded(self, question.ticket, result, cause));
    }
    reckon();
  }
}
