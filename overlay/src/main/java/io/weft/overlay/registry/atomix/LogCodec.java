package io.weft.overlay.registry.atomix;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.storage.log.entry.CloseSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.KeepAliveEntry;
import io.atomix.protocols.raft.storage.log.entry.OpenSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.weft.overlay.consensus.ConsensusEngine;
import io.weft.overlay.registry.atomix.proto.LogEntry;
import io.weft.overlay.registry.atomix.proto.Stored;
import io.weft.raft.EntryCodec;
import java.util.List;

/** Log entries and stored configurations as protobuf, on disk and in append messages. */
final class LogCodec extends EntryCodec {
  /** The one operation of our state machine. */
  static final OperationId APPLY = OperationId.command("apply");

  /** The longest encoded entry, in bytes: the longest command and what stands around it. */
  static final int MAX_ENTRY_BYTES = ConsensusEngine.MAX_COMMAND_BYTES + 1024;

  @Override
  public byte[] serialize(Object object) {
    Stored.Builder stored = Stored.newBuilder();
    switch (object) {
      case RaftLogEntry entry -> stored.setEntry(write(entry));
      case Configuration configuration -> stored.setConfiguration(Members.write(configuration));
      case ServiceConfig _ -> stored.setOptions(Stored.ServiceOptions.getDefaultInstance());
      default ->
          throw new IllegalArgumentException("the log holds no " + object.getClass().getName());
    }
    return stored.build().toByteArray();
  }

  @Override
  public Object decode(byte[] bytes) {
    Stored stored;
    try {
      stored = Stored.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not an entry of the registry's log", e);
    }
    return switch (stored.getKindCase()) {
      case ENTRY -> read(stored.getEntry());
      case CONFIGURATION -> Members.read(stored.getConfiguration());
      case OPTIONS -> new ServiceConfig();
      case KIND_NOT_SET -> throw new IllegalArgumentException("an empty record in the log");
    };
  }

  static LogEntry write(RaftLogEntry entry) {
    LogEntry.Builder out = LogEntry.newBuilder().setTerm(entry.term());
    switch (entry) {
      case InitializeEntry e ->
          out.setTimeMillis(e.timestamp()).setInitialize(LogEntry.Initialize.getDefaultInstance());
      case ConfigurationEntry e ->
          out.setTimeMillis(e.timestamp())
              .setConfiguration(
                  LogEntry.Configuration.newBuilder().addAllMembers(Members.write(e.members())));
      case OpenSessionEntry e ->
          out.setTimeMillis(e.timestamp())
              .setOpenSession(
                  LogEntry.OpenSession.newBuilder()
                      .setMember(e.memberId())
                      .setTimeoutMillis(e.maxTimeout()));
      case KeepAliveEntry e -> out.setTimeMillis(e.timestamp()).setKeepAlive(keepAlive(e));
      case CloseSessionEntry e ->
          out.setTimeMillis(e.timestamp())
              .setCloseSession(
                  LogEntry.CloseSession.newBuilder()
                      .setSession(e.session())
                      .setExpired(e.expired())
                      .setDelete(e.delete()));
      case CommandEntry e ->
          out.setTimeMillis(e.timestamp())
              .setCommand(
                  LogEntry.Command.newBuilder()
                      .setSession(e.session())
                      .setSequence(e.sequenceNumber())
                      .setValue(ByteString.copyFrom(e.operation().value())));
      default ->
          throw new IllegalArgumentException("the log holds no " + entry.getClass().getName());
    }
    return out.build();
  }

  static RaftLogEntry read(LogEntry in) {
    long term = Bounds.term(in.getTerm());
    long time = Bounds.count(in.getTimeMillis(), "time");
    return switch (in.getKindCase()) {
      case INITIALIZE -> new InitializeEntry(term, time);
      case CONFIGURATION ->
          new ConfigurationEntry(term, time, Members.read(in.getConfiguration().getMembersList()));
      case OPEN_SESSION ->
          new OpenSessionEntry(
              term,
              time,
              Members.id(in.getOpenSession().getMember()).id(),
              RegistryType.SERVICE,
              RegistryType.NAME,
              serviceOptions(),
              ReadConsistency.LINEARIZABLE,
              0,
              Bounds.count(in.getOpenSession().getTimeoutMillis(), "session timeout"));
      case KEEP_ALIVE -> keepAlive(term, time, in.getKeepAlive());
      case CLOSE_SESSION ->
          new CloseSessionEntry(
              term,
              time,
              Bounds.count(in.getCloseSession().getSession(), "session"),
              in.getCloseSession().getExpired(),
              in.getCloseSession().getDelete());
      case COMMAND ->
          new CommandEntry(
              term,
              time,
              Bounds.count(in.getCommand().getSession(), "session"),
              Bounds.count(in.getCommand().getSequence(), "sequence"),
              operation(Bounds.bytes(in.getCommand().getValue(), MAX_ENTRY_BYTES)));
      case KIND_NOT_SET -> throw new IllegalArgumentException("an entry of no kind");
    };
  }

  static PrimitiveOperation operation(byte[] command) {
    return new PrimitiveOperation(APPLY, command);
  }

  static byte[] serviceOptions() {
    return new LogCodec().serialize(new ServiceConfig());
  }

  private static LogEntry.KeepAlive keepAlive(KeepAliveEntry e) {
    LogEntry.KeepAlive.Builder out = LogEntry.KeepAlive.newBuilder();
    for (int i = 0; i < e.sessionIds().length; i++) {
      out.addSessions(e.sessionIds()[i]);
      out.addSequences(e.commandSequenceNumbers()[i]);
      out.addEvents(e.eventIndexes()[i]);
    }
    return out.build();
  }

  private static KeepAliveEntry keepAlive(long term, long time, LogEntry.KeepAlive in) {
    List<Long> sessions = in.getSessionsList();
    if (in.getSequencesCount() != sessions.size() || in.getEventsCount() != sessions.size()) {
      throw new IllegalArgumentException("a keep-alive whose lists differ in length");
    }
    return new KeepAliveEntry(
        term,
        time,
        sessions.stream().mapToLong(s -> Bounds.count(s, "session")).toArray(),
        in.getSequencesList().stream().mapToLong(s -> Bounds.count(s, "sequence")).toArray(),
        in.getEventsList().stream().mapToLong(s -> Bounds.count(s, "event")).toArray());
  }
}
