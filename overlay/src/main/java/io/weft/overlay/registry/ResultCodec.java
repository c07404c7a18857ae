package io.weft.overlay.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.HostAnswer;
import io.weft.overlay.registry.CommandResult.LeaseAnswer;
import io.weft.overlay.registry.CommandResult.NetworkAnswer;
import io.weft.overlay.registry.CommandResult.Nothing;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.CommandResult.TokenAnswer;
import io.weft.overlay.registry.proto.LeaseList;
import io.weft.overlay.registry.proto.Result;
import java.util.ArrayList;
import java.util.List;

/** Answers as bytes. */
public final class ResultCodec {
  private ResultCodec() {}

  /** The bytes of an answer. */
  public static byte[] encode(CommandResult result) {
    Result.Builder proto = Result.newBuilder();
    switch (result) {
      case Refused r -> proto.getRefusedBuilder().setCode(r.code().name()).setMessage(r.message());
      case Done d -> proto.setDone(done(d));
    }
    return proto.build().toByteArray();
  }

  private static io.weft.overlay.registry.proto.Done done(Done d) {
    var done = io.weft.overlay.registry.proto.Done.newBuilder();
    switch (d.answer()) {
      case Nothing() -> {}
      case NetworkAnswer(Network network) -> done.setNetwork(StateCodec.network(network));
      case LeaseAnswer(List<Lease> leases) ->
          done.setLeases(
              LeaseList.newBuilder().addAllLeases(leases.stream().map(StateCodec::lease).toList()));
      case HostAnswer(Host host) -> done.setHost(StateCodec.host(host));
      case TokenAnswer(Token token) -> done.setToken(StateCodec.token(token));
    }
    return done.build();
  }

  /** Reads an answer; whatever the bytes are, the only failure is the declared one. */
  public static CommandResult decode(byte[] bytes) throws MalformedRegistryException {
    Result result;
    try {
      result = Result.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedRegistryException("no answer of the registry: " + e.getMessage());
    }
    return switch (result.getOutcomeCase()) {
      case DONE -> new Done(answer(result.getDone()));
      case REFUSED ->
          new Refused(code(result.getRefused().getCode()), result.getRefused().getMessage());
      case OUTCOME_NOT_SET -> throw new MalformedRegistryException("an empty answer");
    };
  }

  private static CommandResult.Answer answer(io.weft.overlay.registry.proto.Done done)
      throws MalformedRegistryException {
    return switch (done.getAnswerCase()) {
      case NETWORK -> new NetworkAnswer(StateCodec.network(done.getNetwork()));
      case LEASES -> {
        List<Lease> leases = new ArrayList<>();
        for (io.weft.overlay.registry.proto.Lease lease : done.getLeases().getLeasesList()) {
          leases.add(StateCodec.lease(lease));
        }
        yield new LeaseAnswer(leases);
      }
      case HOST -> new HostAnswer(StateCodec.host(done.getHost()));
      case TOKEN -> new TokenAnswer(StateCodec.token(done.getToken()));
      case ANSWER_NOT_SET -> new Nothing();
    };
  }

  /** A code that a newer voter knows and we do not still is a refusal, with its message. */
  private static RefusalCode code(String name) {
    for (RefusalCode code : RefusalCode.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return RefusalCode.INVALID;
  }
}
