package io.weft.overlay.registry.atomix;

import com.google.protobuf.ByteString;
import io.weft.overlay.registry.atomix.proto.AppendCall;
import io.weft.overlay.registry.atomix.proto.AppendReply;
import io.weft.overlay.registry.atomix.proto.BallotReply;
import io.weft.overlay.registry.atomix.proto.ConfigureCall;
import io.weft.overlay.registry.atomix.proto.Frame;
import io.weft.overlay.registry.atomix.proto.InstallCall;
import io.weft.overlay.registry.atomix.proto.LogEntry;
import io.weft.overlay.registry.atomix.proto.Member;
import io.weft.overlay.registry.atomix.proto.MembershipCall;
import io.weft.overlay.registry.atomix.proto.PollCall;
import io.weft.overlay.registry.atomix.proto.StoredConfiguration;
import io.weft.overlay.registry.atomix.proto.SubmitCall;
import io.weft.overlay.registry.atomix.proto.VoteCall;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.stream.Stream;

/** Messages that are well formed as protobuf and yet must change nothing. */
final class Forgeries {
  private Forgeries() {}

  /** Sent by somebody who is not the named node; the terms are higher than the given one. */
  static List<byte[]> all(long term, NodeId named) {
    long higher = term + 1;
    String name = named.hex();
    StoredConfiguration configuration =
        StoredConfiguration.newBuilder()
            .setIndex(1_000)
            .setTerm(higher)
            .setTimeMillis(1)
            .addMembers(Member.newBuilder().setId(name).setType(3))
            .build();
    Stream<Frame.Builder> frames =
        Stream.of(
            Frame.newBuilder().setPoll(PollCall.newBuilder().setTerm(higher).setCandidate(name)),
            Frame.newBuilder().setVote(VoteCall.newBuilder().setTerm(higher).setCandidate(name)),
            Frame.newBuilder()
                .setVote(VoteCall.newBuilder().setTerm(1L << 50).setCandidate(Node.idOf(2).hex())),
            Frame.newBuilder().setVote(VoteCall.newBuilder().setTerm(higher).setCandidate("me")),
            Frame.newBuilder().setVote(VoteCall.newBuilder().setTerm(-1).setCandidate(name)),
            Frame.newBuilder().setAppend(AppendCall.newBuilder().setTerm(higher).setLeader(name)),
            Frame.newBuilder()
                .setAppend(
                    AppendCall.newBuilder()
                        .setTerm(0)
                        .setLeader(Node.idOf(2).hex())
                        .addEntries(LogEntry.newBuilder().setTerm(higher))),
            Frame.newBuilder()
                .setConfigure(
                    ConfigureCall.newBuilder()
                        .setTerm(higher)
                        .setLeader(name)
                        .setConfiguration(configuration)),
            Frame.newBuilder()
                .setInstall(
                    InstallCall.newBuilder()
                        .setTerm(higher)
                        .setLeader(name)
                        .setIndex(999)
                        .setVersion(1)
                        .setData(ByteString.copyFrom(new byte[100]))
                        .setComplete(true)),
            Frame.newBuilder().setMembership(MembershipCall.getDefaultInstance()),
            Frame.newBuilder()
                .setMembership(
                    MembershipCall.newBuilder()
                        .setChange(MembershipCall.Change.JOIN)
                        .setMember(Member.newBuilder().setId(Node.idOf(99).hex()).setType(3))),
            Frame.newBuilder()
                .setSubmit(
                    SubmitCall.newBuilder().setCommand(ByteString.copyFrom(new byte[1 << 20]))),
            Frame.newBuilder().setVoteReply(BallotReply.newBuilder().setTerm(higher)),
            Frame.newBuilder().setAppendReply(AppendReply.newBuilder().setTerm(higher)),
            Frame.newBuilder());
    return frames
        .flatMap(
            frame ->
                Stream.of(
                    frame.setVersion(1).setCall(7).build().toByteArray(),
                    frame.setVersion(9).build().toByteArray()))
        .toList();
  }
}
