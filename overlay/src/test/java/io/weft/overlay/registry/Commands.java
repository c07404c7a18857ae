package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.LeaseAnswer;
import io.weft.overlay.registry.CommandResult.NetworkAnswer;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.CreateGenesis;
import io.weft.overlay.registry.RegistryCommand.LeaseBlock;
import io.weft.overlay.registry.RegistryCommand.RegisterHost;
import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A registry with its log at hand, for tests. */
final class Commands {
  static final long QUARANTINE_MILLIS = 10_000;
  static final Blob HASH = Blob.of(new byte[] {1, 2, 3});

  RegistryState state = new RegistryState();
  long index;
  long timeMillis = 1_000;

  static NodeId host(int number) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) number;
    return NodeId.ofBytes(bytes);
  }

  /** A cluster whose hosts 1 to {@code hosts} are registered. */
  static Commands cluster(int hosts) {
    Commands commands = new Commands();
    commands.done(genesis());
    for (int i = 2; i <= hosts; i++) {
      commands.done(new RegisterHost(host(i), "host" + i));
    }
    return commands;
  }

  static Blob fingerprint(int value) {
    byte[] bytes = new byte[RegistryLimits.KEY_FINGERPRINT_BYTES];
    Arrays.fill(bytes, (byte) value);
    return Blob.of(bytes);
  }

  static CreateGenesis genesis() {
    Blob blob = Blob.of(new byte[] {7});
    return new CreateGenesis("blue", blob, host(1), "host1", blob, QUARANTINE_MILLIS);
  }

  CommandResult run(RegistryCommand command) {
    index++;
    return apply(RegistryCodec.encode(key(index), command));
  }

  CommandResult apply(byte[] bytes) {
    try {
      return ResultCodec.decode(state.apply(index, timeMillis, bytes));
    } catch (MalformedRegistryException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] key(long number) {
    return ByteBuffer.allocate(RegistryLimits.IDEMPOTENCY_KEY_BYTES).putLong(number).array();
  }

  CommandResult.Answer done(RegistryCommand command) {
    return switch (run(command)) {
      case Done done -> done.answer();
      case Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  Refused refused(RegistryCommand command) {
    return switch (run(command)) {
      case Refused refused -> refused;
      case Done done -> throw new AssertionError(done.toString());
    };
  }

  Network network(RegistryCommand command) {
    return ((NetworkAnswer) done(command)).network();
  }

  List<Lease> lease(String network, int host) {
    return lease(new LeaseBlock(network, host(host), List.of(), false));
  }

  List<Lease> lease(RegistryCommand command) {
    return ((LeaseAnswer) done(command)).leases();
  }

  static AddressBlock block(String text) {
    return AddressBlock.parse(text);
  }
}
