package io.weft.overlay.registry.atomix;

import io.atomix.cluster.MemberId;
import io.weft.overlay.registry.atomix.proto.Frame;
import io.weft.raft.RaftRuntime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Sends frames that want an answer, and matches the answers. Each call ends: by its answer, by its
 * time, or by the loss of the link.
 */
final class Calls {
  /** No honest engine has more calls open: two appends a voter, and the submissions. */
  static final int MAX_OPEN_CALLS = 4096;

  static final int VERSION = 1;

  private record Call(
      MemberId to,
      Frame.BodyCase expected,
      CompletableFuture<Frame> answer,
      RaftRuntime.Cancellable timer) {}

  private final RaftRuntime runtime;
  private final BiConsumer<MemberId, Frame> send;
  private final TreeMap<Long, Call> open = new TreeMap<>();
  private long lastCall;

  Calls(RaftRuntime runtime, BiConsumer<MemberId, Frame> send) {
    this.runtime = runtime;
    this.send = send;
    // An answer to a call of an earlier life must not match one of this life.
    this.lastCall = runtime.random().nextLong() >>> 8;
  }

  /** Sends the frame; the future fails when no valid answer of that kind comes in time. */
  <R> CompletableFuture<R> call(
      MemberId to,
      Frame.Builder frame,
      Frame.BodyCase expected,
      long timeoutMillis,
      Function<Frame, R> read) {
    if (open.size() >= MAX_OPEN_CALLS) {
      return CompletableFuture.failedFuture(
          new ConnectException("more than " + MAX_OPEN_CALLS + " calls wait for an answer"));
    }
    long id = ++lastCall;
    CompletableFuture<Frame> answer = new CompletableFuture<>();
    RaftRuntime.Cancellable timer =
        runtime.schedule(
            Duration.ofMillis(timeoutMillis),
            () -> {
              open.remove(id);
              answer.completeExceptionally(
                  new TimeoutException(to + " gave no answer in " + timeoutMillis + " ms"));
            });
    open.put(id, new Call(to, expected, answer, timer));
    send.accept(to, frame.setVersion(VERSION).setCall(id).build());
    return answer.thenApply(read);
  }

  /** Whether the frame answers an open call to that peer; if so, the call ends. */
  boolean answered(MemberId from, Frame frame) {
    Call call = open.get(frame.getCall());
    if (call == null || !Frames.sameMember(call.to(), from)) {
      return false;
    }
    boolean failure = frame.getBodyCase() == Frame.BodyCase.FAILURE;
    if (!failure && frame.getBodyCase() != call.expected()) {
      return false;
    }
    open.remove(frame.getCall());
    call.timer().cancel();
    if (failure) {
      call.answer().completeExceptionally(new ConnectException(from + " cannot answer now"));
    } else {
      call.answer().complete(frame);
    }
    return true;
  }

  /** Ends the calls to a peer whose link is down. */
  void fail(MemberId peer) {
    end(call -> Frames.sameMember(call.to(), peer), "the link to " + peer + " is down");
  }

  /** Ends all calls. */
  void failAll() {
    end(call -> true, "the engine stops");
  }

  private void end(java.util.function.Predicate<Call> which, String why) {
    List<Call> ended = new ArrayList<>();
    open.values()
        .removeIf(
            call -> {
              boolean ends = which.test(call);
              if (ends) {
                ended.add(call);
              }
              return ends;
            });
    for (Call call : ended) {
      call.timer().cancel();
      call.answer().completeExceptionally(new ConnectException(why));
    }
  }
}
