package io.weft.overlay.agent;

import com.google.protobuf.ByteString;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.agent.proto.Submit;
import io.weft.overlay.agent.proto.SubmitReply;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RefusalCode;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings commands to the registry, from wherever this host stands: through its own engine when it
 * is a voter, else over a link to one. The same bytes, and so the same idempotency key, are sent
 * until an answer comes or the time is over, so a command that is asked for twice takes effect
 * once.
 *
 * <p>A request is answered when this host's own mirror has applied it, so that whoever asked reads
 * what it wrote.
 */
final class Registrar {
  /** How long a request may take in all, whatever comes of its single attempts. */
  static final long REQUEST_MILLIS = 15_000;

  /** When an attempt has brought no answer, another voter is asked. */
  static final long ATTEMPT_MILLIS = 6_000;

  /** A voter that answers "no majority" may have one a moment later: an election is on. */
  static final long RETRY_MILLIS = 500;

  /** The most requests under way. */
  static final int MAX_REQUESTS = 1024;

  /** No network has this name. */
  private static final String NO_NETWORK = "";

  /** The most requests of others that this voter has before its engine at once. */
  static final int MAX_FORWARDED = 4096;

  private static final class Request {
    final RegistryCommand command;
    final byte[] bytes;
    final Reply<CommandResult.Answer> reply;
    final long deadlineNanos;
    long attemptNanos;
    int attempts;

    /** Whether an engine or a voter was given it: then it may take effect at any later time. */
    boolean sent;

    String lastError = "no voter of the registry is linked";

    Request(
        RegistryCommand command,
        byte[] bytes,
        Reply<CommandResult.Answer> reply,
        long deadlineNanos) {
      this.command = command;
      this.bytes = bytes;
      this.reply = reply;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private record Forwarded(NodeId from, long requestId) {}

  private final HostContext context;
  private final Links links;
  private final Voters voters;
  private final RegistryMirror mirror;
  private final TreeMap<Blob, Request> requests = new TreeMap<>();

  /** An attempt: which request, and which voter was asked; null is the engine here. */
  private record Attempt(Blob key, @Nullable NodeId voter) {}

  /** The attempts that no answer has come for. */
  private final TreeMap<Long, Attempt> attempts = new TreeMap<>();

  private final TreeMap<Long, Forwarded> forwarded = new TreeMap<>();
  private long nextRequestId = 1;

  Registrar(HostContext context, Links links, Voters voters, RegistryMirror mirror) {
    this.mirror = mirror;
    this.context = context;
    this.links = links;
    this.voters = voters;
  }

  void submit(RegistryCommand command, Reply<CommandResult.Answer> reply) {
    if (requests.size() >= MAX_REQUESTS) {
      reply.refused(
          new Refusal(
              Refusal.Kind.NO_QUORUM,
              MAX_REQUESTS + " requests to the registry are under way; try again later"));
      return;
    }
    byte[] key = new byte[RegistryLimits.IDEMPOTENCY_KEY_BYTES];
    context.random.nextBytes(key);
    byte[] bytes = RegistryCodec.encode(key, command);
    if (bytes.length > RegistryLimits.MAX_COMMAND_BYTES) {
      reply.refused(
          new Refusal(
              Refusal.Kind.INVALID,
              "the request has %d bytes; the registry takes at most %d"
                  .formatted(bytes.length, RegistryLimits.MAX_COMMAND_BYTES)));
      return;
    }
    Request request = new Request(command, bytes, reply, context.inMillis(REQUEST_MILLIS));
    requests.put(Blob.of(key), request);
    attempt(Blob.of(key), request);
  }

  /**
   * Asks for something that changes nothing, whatever the registry says: that it answers shows that
   * a majority of its voters can be reached.
   *
   * @param unanswered told why, if none answered in time
   */
  void probe(Runnable answered, Consumer<Refusal> unanswered) {
    submit(
        new RegistryCommand.LeaseBlock(NO_NETWORK, context.self, List.of(), false),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            answered.run();
          }

          @Override
          public void refused(Refusal refusal) {
            if (refusal.kind() != Refusal.Kind.NO_QUORUM) {
              answered.run();
              return;
            }
            unanswered.accept(
                new Refusal(
                    Refusal.Kind.NO_QUORUM,
                    "no majority of the registry's voters answered within %d s%s"
                        .formatted(REQUEST_MILLIS / 1_000, unreachable())));
          }
        });
  }

  private void attempt(Blob key, Request request) {
    request.attempts++;
    request.attemptNanos = context.inMillis(ATTEMPT_MILLIS);
    long id = nextRequestId++;
    NodeId voter = voters.engineFollows() ? null : voters.linkedVoter(request.attempts);
    if (voters.engineFollows() || (voter == null && voters.engineServes())) {
      attempts.put(id, new Attempt(key, null));
      request.sent = true;
      context.out().engineSubmit(id, request.bytes);
      return;
    }
    if (voter == null) {
      request.attemptNanos = context.inMillis(RETRY_MILLIS);
      return;
    }
    attempts.put(id, new Attempt(key, voter));
    request.sent = true;
    links.send(
        voter,
        Channel.REGISTRY,
        RegistryMessage.newBuilder()
            .setSubmit(
                Submit.newBuilder().setRequestId(id).setCommand(ByteString.copyFrom(request.bytes)))
            .build()
            .toByteArray());
  }

  /** A member asks this voter to bring its command before the registry. */
  void forward(NodeId from, Submit submit) {
    String refusal = null;
    if (!voters.engineServes()) {
      refusal = "this host is no voter";
    } else if (forwarded.size() >= MAX_FORWARDED) {
      refusal = MAX_FORWARDED + " requests are under way";
    } else {
      refusal = Permission.refusal(mirror.view(), from, submit.getCommand().toByteArray());
    }
    if (refusal != null) {
      answer(from, submit.getRequestId(), ByteString.EMPTY, refusal);
      return;
    }
    long id = nextRequestId++;
    forwarded.put(id, new Forwarded(from, submit.getRequestId()));
    context.out().engineSubmit(id, submit.getCommand().toByteArray());
  }

  private void answer(NodeId to, long requestId, ByteString result, String error) {
    links.send(
        to,
        Channel.REGISTRY,
        RegistryMessage.newBuilder()
            .setSubmitReply(
                SubmitReply.newBuilder().setRequestId(requestId).setResult(result).setError(error))
            .build()
            .toByteArray());
  }

  /** The engine here, or a voter asked over a link, has committed a command. */
  void submitted(long requestId, byte[] result) {
    Forwarded other = forwarded.remove(requestId);
    if (other != null) {
      answer(other.from(), other.requestId(), ByteString.copyFrom(result), "");
      return;
    }
    // The answer itself comes with the entry, in the mirror: see applied().
    attempts.remove(requestId);
  }

  void submitFailed(long requestId, String cause) {
    Forwarded other = forwarded.remove(requestId);
    if (other != null) {
      answer(other.from(), other.requestId(), ByteString.EMPTY, cause);
      return;
    }
    failed(attempts.remove(requestId), cause);
  }

  private void failed(@Nullable Attempt attempt, String cause) {
    Request request = attempt == null ? null : requests.get(attempt.key());
    if (request != null) {
      request.lastError = cause;
      request.attemptNanos = context.inMillis(RETRY_MILLIS);
    }
  }

  void replied(NodeId from, SubmitReply reply) {
    Attempt attempt = attempts.get(reply.getRequestId());
    if (attempt == null || !from.equals(attempt.voter())) {
      return; // late, or not from whom was asked
    }
    attempts.remove(reply.getRequestId());
    if (!reply.getError().isEmpty()) {
      failed(attempt, reply.getError());
    }
  }

  /** What the voter at the other end still owes will not come: another one is asked soon. */
  void linkDown(NodeId peer) {
    for (Attempt attempt : List.copyOf(attempts.values())) {
      if (peer.equals(attempt.voter())) {
        failed(attempt, "the link to " + peer.shortForm() + " was lost");
      }
    }
    attempts.values().removeIf(a -> peer.equals(a.voter()));
  }

  /** The mirror holds this command now. */
  void applied(RegistryMirror.Applied applied) {
    Request request = requests.remove(applied.key());
    attempts.values().removeIf(a -> a.key().equals(applied.key()));
    if (request == null) {
      return;
    }
    switch (applied.result()) {
      case CommandResult.Done done -> request.reply.done(done.answer());
      case CommandResult.Refused refused ->
          request.reply.refused(new Refusal(kind(refused.code()), refused.message()));
    }
  }

  private static Refusal.Kind kind(RefusalCode code) {
    return switch (code) {
      case UNKNOWN -> Refusal.Kind.NOT_FOUND;
      case INVALID -> Refusal.Kind.INVALID;
      case WRONG_PHASE,
          EXISTS,
          CONFLICT,
          EXHAUSTED,
          TOKEN_EXPIRED,
          TOKEN_USED_UP,
          TOKEN_REVOKED,
          HOST_REVOKED,
          LIMIT ->
          Refusal.Kind.REFUSED;
    };
  }

  void runDue() {
    List<Blob> late = new ArrayList<>();
    for (var entry : requests.entrySet()) {
      Request request = entry.getValue();
      if (request.deadlineNanos <= context.now()) {
        late.add(entry.getKey());
      } else if (request.attemptNanos <= context.now()) {
        attempt(entry.getKey(), request);
      }
    }
    for (Blob key : late) {
      Request request = requests.remove(key);
      attempts.values().removeIf(a -> a.key().equals(key));
      if (request != null) {
        request.reply.refused(new Refusal(Refusal.Kind.NO_QUORUM, late(request)));
      }
    }
  }

  private String late(Request request) {
    String within = "within %d s: %s".formatted(REQUEST_MILLIS / 1_000, request.lastError);
    return request.sent
        ? "the outcome is unknown: the registry did not confirm this %s%s; it may still take effect: %s"
            .formatted(within, unreachable(), OpenOutcome.advice(request.command))
        : "nothing was changed: the registry could not be asked %s%s; try again when a majority of its"
                .formatted(within, unreachable())
            + " voters can be reached";
  }

  private String unreachable() {
    String names = voters.unreachableVoters();
    return names.isEmpty() ? "" : " (unreachable: " + names + ")";
  }

  long nextDeadlineNanos() {
    long next = Long.MAX_VALUE;
    for (Request request : requests.values()) {
      next = Math.min(next, Math.min(request.attemptNanos, request.deadlineNanos));
    }
    return next;
  }
}
