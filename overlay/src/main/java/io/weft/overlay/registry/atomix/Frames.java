package io.weft.overlay.registry.atomix;

import com.google.protobuf.ByteString;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigurationResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.weft.overlay.registry.atomix.proto.AppendCall;
import io.weft.overlay.registry.atomix.proto.AppendReply;
import io.weft.overlay.registry.atomix.proto.BallotReply;
import io.weft.overlay.registry.atomix.proto.ConfigureCall;
import io.weft.overlay.registry.atomix.proto.InstallCall;
import io.weft.overlay.registry.atomix.proto.LogEntry;
import io.weft.overlay.registry.atomix.proto.MembershipCall;
import io.weft.overlay.registry.atomix.proto.MembershipReply;
import io.weft.overlay.registry.atomix.proto.PlainReply;
import io.weft.overlay.registry.atomix.proto.PollCall;
import io.weft.overlay.registry.atomix.proto.Refusal;
import io.weft.overlay.registry.atomix.proto.VoteCall;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Atomix's requests and responses as protobuf and back. Reading checks every number and length, and
 * throws IllegalArgumentException for what no honest voter sends.
 */
final class Frames {
  /** More entries than one append ever has: Atomix stops a batch at 32 KiB. */
  static final int MAX_ENTRIES = 16_384;

  /** Longer than one chunk of a snapshot ever is: Atomix cuts at 32 KiB. */
  static final int MAX_CHUNK_BYTES = 64 << 10;

  /** More chunks than a snapshot has: half a gigabyte. */
  static final int MAX_CHUNKS = 16_384;

  /** A refusal says no more than this many characters. */
  private static final int MAX_MESSAGE_CHARS = 200;

  /** Their places in this list are what goes over the wire. */
  private static final List<RaftError.Type> ERRORS =
      List.of(
          RaftError.Type.NO_LEADER,
          RaftError.Type.QUERY_FAILURE,
          RaftError.Type.COMMAND_FAILURE,
          RaftError.Type.APPLICATION_ERROR,
          RaftError.Type.ILLEGAL_MEMBER_STATE,
          RaftError.Type.UNKNOWN_CLIENT,
          RaftError.Type.UNKNOWN_SESSION,
          RaftError.Type.UNKNOWN_SERVICE,
          RaftError.Type.CLOSED_SESSION,
          RaftError.Type.PROTOCOL_ERROR,
          RaftError.Type.CONFIGURATION_ERROR,
          RaftError.Type.UNAVAILABLE);

  private Frames() {}

  static PollCall write(PollRequest in) {
    return PollCall.newBuilder()
        .setTerm(in.term())
        .setCandidate(in.candidate().id())
        .setLastLogIndex(in.lastLogIndex())
        .setLastLogTerm(in.lastLogTerm())
        .build();
  }

  static PollRequest read(PollCall in) {
    return PollRequest.builder()
        .withTerm(Bounds.term(in.getTerm()))
        .withCandidate(Members.id(in.getCandidate()))
        .withLastLogIndex(Bounds.count(in.getLastLogIndex(), "index"))
        .withLastLogTerm(Bounds.term(in.getLastLogTerm()))
        .build();
  }

  static VoteCall write(VoteRequest in) {
    return VoteCall.newBuilder()
        .setTerm(in.term())
        .setCandidate(in.candidate().id())
        .setLastLogIndex(in.lastLogIndex())
        .setLastLogTerm(in.lastLogTerm())
        .build();
  }

  static VoteRequest read(VoteCall in) {
    return VoteRequest.builder()
        .withTerm(Bounds.term(in.getTerm()))
        .withCandidate(Members.id(in.getCandidate()))
        .withLastLogIndex(Bounds.count(in.getLastLogIndex(), "index"))
        .withLastLogTerm(Bounds.term(in.getLastLogTerm()))
        .build();
  }

  static AppendCall write(AppendRequest in, long timeMillis) {
    AppendCall.Builder out =
        AppendCall.newBuilder()
            .setTerm(in.term())
            .setLeader(in.leader().id())
            .setPrevLogIndex(in.prevLogIndex())
            .setPrevLogTerm(in.prevLogTerm())
            .setCommitIndex(in.commitIndex())
            .setTimeMillis(timeMillis);
    in.entries().forEach(entry -> out.addEntries(LogCodec.write(entry)));
    return out.build();
  }

  static AppendRequest read(AppendCall in) {
    if (in.getEntriesCount() > MAX_ENTRIES) {
      throw new IllegalArgumentException(in.getEntriesCount() + " entries in one append");
    }
    List<RaftLogEntry> entries = new ArrayList<>(in.getEntriesCount());
    for (LogEntry entry : in.getEntriesList()) {
      if (entry.getTerm() > in.getTerm()) {
        throw new IllegalArgumentException("an entry of a later term than its leader's");
      }
      entries.add(LogCodec.read(entry));
    }
    return AppendRequest.builder()
        .withTerm(Bounds.term(in.getTerm()))
        .withLeader(Members.id(in.getLeader()))
        .withPrevLogIndex(Bounds.count(in.getPrevLogIndex(), "index"))
        .withPrevLogTerm(Bounds.term(in.getPrevLogTerm()))
        .withCommitIndex(Bounds.count(in.getCommitIndex(), "index"))
        .withEntries(entries)
        .build();
  }

  static ConfigureCall write(ConfigureRequest in) {
    // The configuration's own term is not told; its request's is, as in Atomix's own message.
    return ConfigureCall.newBuilder()
        .setTerm(in.term())
        .setLeader(in.leader().id())
        .setConfiguration(Members.write(in.index(), in.term(), in.timestamp(), in.members()))
        .build();
  }

  static ConfigureRequest read(ConfigureCall in) {
    Configuration configuration = Members.read(in.getConfiguration());
    return ConfigureRequest.builder()
        .withTerm(Bounds.term(in.getTerm()))
        .withLeader(Members.id(in.getLeader()))
        .withIndex(configuration.index())
        .withTime(configuration.time())
        .withMembers(configuration.members())
        .build();
  }

  static InstallCall write(InstallRequest in) {
    return InstallCall.newBuilder()
        .setTerm(in.term())
        .setLeader(in.leader().id())
        .setIndex(in.snapshotIndex())
        .setTimeMillis(in.snapshotTimestamp())
        .setVersion(in.snapshotVersion())
        .setChunk(in.chunkOffset())
        .setData(ByteString.copyFrom(in.data()))
        .setComplete(in.complete())
        .build();
  }

  static InstallRequest read(InstallCall in) {
    if (in.getChunk() < 0 || in.getChunk() > MAX_CHUNKS) {
      throw new IllegalArgumentException("snapshot chunk " + in.getChunk());
    }
    return InstallRequest.builder()
        .withTerm(Bounds.term(in.getTerm()))
        .withLeader(Members.id(in.getLeader()))
        .withIndex(Bounds.count(in.getIndex(), "index"))
        .withTimestamp(Bounds.count(in.getTimeMillis(), "time"))
        .withVersion(in.getVersion())
        .withOffset(in.getChunk())
        .withData(Bounds.bytes(in.getData(), MAX_CHUNK_BYTES))
        .withComplete(in.getComplete())
        .build();
  }

  static MembershipCall write(
      MembershipCall.Change change, RaftMember member, long index, long term) {
    return MembershipCall.newBuilder()
        .setChange(change)
        .setMember(Members.write(member))
        .setIndex(index)
        .setTerm(term)
        .build();
  }

  static BallotReply write(PollResponse in, OptionalLong clusterMillis) {
    return ballot(in, in.term(), in.accepted(), clusterMillis);
  }

  static BallotReply write(VoteResponse in, OptionalLong clusterMillis) {
    return ballot(in, in.term(), in.voted(), clusterMillis);
  }

  private static BallotReply ballot(
      RaftResponse in, long term, boolean granted, OptionalLong clusterMillis) {
    BallotReply.Builder out =
        BallotReply.newBuilder()
            .setTerm(term)
            .setGranted(granted)
            .setTimeMillis(clusterMillis.orElse(0));
    if (in.status() == RaftResponse.Status.ERROR) {
      out.setRefusal(refusal(in.error()));
    }
    return out.build();
  }

  /** The cluster's time, if the voter that answers knows it. */
  static OptionalLong readTime(BallotReply in) {
    long millis = Bounds.count(in.getTimeMillis(), "time");
    return millis == 0 ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  static PollResponse readPoll(BallotReply in) {
    PollResponse.Builder out =
        PollResponse.builder()
            .withStatus(RaftResponse.Status.OK)
            .withTerm(Bounds.term(in.getTerm()))
            .withAccepted(in.getGranted());
    if (in.hasRefusal()) {
      fail(out, in.getRefusal());
    }
    return out.build();
  }

  static VoteResponse readVote(BallotReply in) {
    VoteResponse.Builder out =
        VoteResponse.builder()
            .withStatus(RaftResponse.Status.OK)
            .withTerm(Bounds.term(in.getTerm()))
            .withVoted(in.getGranted());
    if (in.hasRefusal()) {
      fail(out, in.getRefusal());
    }
    return out.build();
  }

  static AppendReply write(AppendResponse in) {
    AppendReply.Builder out =
        AppendReply.newBuilder()
            .setTerm(in.term())
            .setSucceeded(in.succeeded())
            .setLastLogIndex(in.lastLogIndex());
    if (in.status() == RaftResponse.Status.ERROR) {
      out.setRefusal(refusal(in.error()));
    }
    return out.build();
  }

  static AppendResponse read(AppendReply in) {
    if (in.hasRefusal()) {
      AppendResponse.Builder out = AppendResponse.builder();
      fail(out, in.getRefusal());
      return out.build();
    }
    return AppendResponse.builder()
        .withStatus(RaftResponse.Status.OK)
        .withTerm(Bounds.term(in.getTerm()))
        .withSucceeded(in.getSucceeded())
        .withLastLogIndex(Bounds.count(in.getLastLogIndex(), "index"))
        .build();
  }

  static PlainReply write(RaftResponse in) {
    PlainReply.Builder out = PlainReply.newBuilder();
    if (in.status() == RaftResponse.Status.ERROR) {
      out.setRefusal(refusal(in.error()));
    }
    return out.build();
  }

  static ConfigureResponse readConfigure(PlainReply in) {
    ConfigureResponse.Builder out = ConfigureResponse.builder().withStatus(RaftResponse.Status.OK);
    if (in.hasRefusal()) {
      fail(out, in.getRefusal());
    }
    return out.build();
  }

  static InstallResponse readInstall(PlainReply in) {
    InstallResponse.Builder out = InstallResponse.builder().withStatus(RaftResponse.Status.OK);
    if (in.hasRefusal()) {
      fail(out, in.getRefusal());
    }
    return out.build();
  }

  static MembershipReply writeMembership(ConfigurationResponse in) {
    MembershipReply.Builder out = MembershipReply.newBuilder();
    if (in.status() == RaftResponse.Status.ERROR) {
      out.setRefusal(refusal(in.error()));
    } else {
      out.setConfiguration(
          Members.write(in.index(), in.term(), Math.max(1, in.timestamp()), in.members()));
    }
    return out.build();
  }

  static <T extends ConfigurationResponse.Builder<T, R>, R extends ConfigurationResponse>
      R readMembership(T out, MembershipReply in) {
    if (in.hasRefusal()) {
      fail(out, in.getRefusal());
    } else {
      Configuration configuration = Members.read(in.getConfiguration());
      out.withStatus(RaftResponse.Status.OK);
      out.withIndex(configuration.index());
      out.withTerm(configuration.term());
      out.withTime(configuration.time());
      out.withMembers(configuration.members());
    }
    return out.build();
  }

  static Refusal refusal(@Nullable RaftError error) {
    if (error == null) {
      return Refusal.getDefaultInstance();
    }
    String message = error.message() == null ? "" : error.message();
    return Refusal.newBuilder()
        .setType(ERRORS.indexOf(error.type()) + 1)
        .setMessage(message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS)))
        .build();
  }

  private static void fail(RaftResponse.Builder<?, ?> out, Refusal refusal) {
    out.withStatus(RaftResponse.Status.ERROR);
    if (refusal.getType() < 0 || refusal.getType() > ERRORS.size()) {
      throw new IllegalArgumentException("an unknown refusal " + refusal.getType());
    }
    if (refusal.getType() > 0) {
      out.withError(new RaftError(ERRORS.get(refusal.getType() - 1), refusal.getMessage()));
    }
  }

  /** Whether the member named inside a message is the one that sent it. */
  static boolean sameMember(MemberId named, MemberId from) {
    return named.id().equals(from.id());
  }
}
