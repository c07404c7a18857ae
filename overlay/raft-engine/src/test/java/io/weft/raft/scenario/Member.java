package io.weft.raft.scenario;

import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.storage.StorageLevel;
import io.weft.raft.EngineContext;
import io.weft.raft.RaftRuntime;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Member "a" of a cluster whose other members are played by the scenario. */
final class Member implements AutoCloseable {
  final ManualRuntime runtime = new ManualRuntime();
  final RaftContext raft;
  final Register register = new Register();

  /** Whether the others answer; silent ones let every request time out. */
  boolean othersAnswer;

  /** One that does not answer. */
  @Nullable String silent;

  /** Whether answers to appends that carry entries get lost on the way. */
  boolean loseAnswersToEntries;

  private final Path directory;
  private final Map<String, Function<Object, CompletableFuture<?>>> handlers = new HashMap<>();

  Member(String... others) throws IOException {
    RaftRuntime.install(runtime);
    directory = Disk.newDirectory();
    raft =
        new RaftContext(
            "test",
            MemberId.from("a"),
            (ClusterMembershipService)
                proxy(ClusterMembershipService.class, (method, args) -> null),
            (RaftServerProtocol) proxy(RaftServerProtocol.class, this::protocol),
            RaftStorage.builder()
                .withPrefix("test")
                .withDirectory(directory.toFile())
                .withStorageLevel(StorageLevel.MAPPED)
                .withNamespace(new TestCodec())
                .withMaxSegmentSize(1 << 16)
                .withMaxEntrySize(1 << 10)
                .withFlushOnCommit(false)
                .build(),
            register,
            EngineContext::new,
            false);
    var _ =
        raft.getCluster()
            .bootstrap(java.util.stream.Stream.of(others).map(MemberId::from).toList());
    runtime.runUntil(() -> raft.getRole() == RaftServer.Role.FOLLOWER, 10);
  }

  /** Lets the others vote for this member, and follow it. */
  void becomeLeader() {
    othersAnswer = true;
    runtime.runUntil(() -> raft.getRole() == RaftServer.Role.LEADER, 60_000);
  }

  /** Brings a request to this member and runs until it answers. */
  <R> R ask(Class<R> answerType, String kind, Object request) {
    Function<Object, CompletableFuture<?>> handler = handlers.get(kind);
    if (handler == null) {
      throw new IllegalStateException("no handler for " + kind);
    }
    CompletableFuture<?> answer = handler.apply(request);
    runtime.runUntil(answer::isDone, 2_000);
    return answerType.cast(answer.getNow(null));
  }

  long openSession() {
    runtime.runUntil(() -> raft.getState() == RaftContext.State.READY, 10_000);
    OpenSessionResponse response =
        ask(
            OpenSessionResponse.class,
            "OpenSession",
            OpenSessionRequest.builder()
                .withMemberId(MemberId.from("a"))
                .withServiceName("register")
                .withServiceType(register)
                .withServiceConfig(new byte[] {'E'})
                .withReadConsistency(ReadConsistency.LINEARIZABLE)
                .withMaxTimeout(1_000_000)
                .build());
    return response.session();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the proxy hands it to whoever called
  private Object protocol(Method method, Object[] args) {
    String name = method.getName();
    if (name.startsWith("register") && name.endsWith("Handler")) {
      @SuppressWarnings("unchecked")
      Function<Object, CompletableFuture<?>> handler =
          (Function<Object, CompletableFuture<?>>) args[0];
      handlers.put(
          name.substring("register".length(), name.length() - "Handler".length()), handler);
      return null;
    }
    if (!CompletableFuture.class.isAssignableFrom(method.getReturnType())) {
      return null;
    }
    CompletableFuture<Object> answer = new CompletableFuture<>();
    boolean lost =
        loseAnswersToEntries && args[1] instanceof AppendRequest r && !r.entries().isEmpty();
    if (lost) {
      var _ =
          runtime.schedule(
              java.time.Duration.ofMillis(100),
              () -> answer.completeExceptionally(new java.util.concurrent.TimeoutException()));
    } else if (othersAnswer && !String.valueOf(args[0]).equals(silent)) {
      Object response = play(args[1]);
      if (response != null) {
        var _ = runtime.schedule(java.time.Duration.ofMillis(1), () -> answer.complete(response));
      }
    }
    return answer;
  }

  private static Object play(Object request) {
    return switch (request) {
      case PollRequest r ->
          PollResponse.builder()
              .withStatus(RaftResponse.Status.OK)
              .withTerm(r.term())
              .withAccepted(true)
              .build();
      case VoteRequest r ->
          VoteResponse.builder()
              .withStatus(RaftResponse.Status.OK)
              .withTerm(r.term())
              .withVoted(true)
              .build();
      case AppendRequest r ->
          AppendResponse.builder()
              .withStatus(RaftResponse.Status.OK)
              .withTerm(r.term())
              .withSucceeded(true)
              .withLastLogIndex(r.prevLogIndex() + r.entries().size())
              .build();
      case io.atomix.protocols.raft.protocol.ConfigureRequest _ ->
          ConfigureResponse.builder().withStatus(RaftResponse.Status.OK).build();
      default -> null;
    };
  }

  /** An append from another leader. */
  static AppendRequest append(
      long term,
      String leader,
      long prevIndex,
      long prevTerm,
      long commitIndex,
      List<io.atomix.protocols.raft.storage.log.entry.RaftLogEntry> entries) {
    return AppendRequest.builder()
        .withTerm(term)
        .withLeader(MemberId.from(leader))
        .withPrevLogIndex(prevIndex)
        .withPrevLogTerm(prevTerm)
        .withCommitIndex(commitIndex)
        .withEntries(entries)
        .build();
  }

  private interface Answer {
    Object to(Method method, Object[] args);
  }

  private static Object proxy(Class<?> type, Answer answer) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (self, method, args) ->
            switch (method.getName()) {
              case "toString" -> type.getSimpleName();
              case "hashCode" -> System.identityHashCode(self);
              case "equals" -> self == args[0];
              default -> answer.to(method, args);
            });
  }

  @Override
  public void close() throws IOException {
    raft.transition(RaftServer.Role.INACTIVE);
    raft.close();
    RaftRuntime.install(null);
    Disk.delete(directory);
  }
}
