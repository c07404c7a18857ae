package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.GossipCodec;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.keyring.GossipKeys;
import io.weft.security.keyring.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a fuzzer gives a node to read: datagrams of strangers, and messages of members that have
 * turned on the others. {@code bench/fuzz} runs it; {@code HostileDatagramsTest} with what members
 * say to each other.
 *
 * <p>The first byte says which. A stranger's: a datagram as it comes, or, if it is odd, what to
 * change in a true one. A member's: messages, each behind a byte for the way that it comes, and two
 * for its length.
 */
final class HostileDatagrams {
  private static final int MEMBERS = 4;
  private static final int MESSAGE_HEADER_BYTES = 3;
  private static final long STEP_NANOS = 50_000_000L;
  private static final GossipKeys KEYS =
      new GossipKeys(new TreeMap<>(Map.of(1, new byte[GossipKeys.SECRET_BYTES])), 1);
  private static final byte[] TRUE_ONE = ring(2).seal(new byte[100]);

  private HostileDatagrams() {}

  /**
   * Jazzer's entry.
   *
   * @throws AssertionError when something came through that must not
   */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    if (data[0] >= 0) {
      new Insider().say(ByteBuffer.wrap(rest));
    } else if ((data[0] & 1) == 0) {
      refused(rest);
    } else {
      byte[] changed = TRUE_ONE.clone();
      for (int i = 0; i + 1 < rest.length; i += 2) {
        changed[(rest[i] & 0xff) % changed.length] ^= rest[i + 1];
      }
      if (!Arrays.equals(changed, TRUE_ONE)) {
        refused(changed);
      }
    }
  }

  private static void refused(byte[] datagram) {
    if (ring(1).open(datagram) instanceof Opened.Accepted) {
      throw new AssertionError("a datagram that no member has sealed was opened");
    }
  }

  private static GossipKeyring ring(int n) {
    return new GossipKeyring("fuzzed", Cluster.id(n), 1, KEYS);
  }

  /** Writes a corpus to begin with: what members of a small cluster say to each other. */
  public static void main(String[] arguments) throws IOException {
    int n = 0;
    for (byte[] input : corpus()) {
      Files.write(Path.of(arguments[0]).resolve("said-" + n++), input);
    }
  }

  /** The same as inputs, one for each message. */
  static List<byte[]> corpus() {
    List<byte[]> inputs = new ArrayList<>();
    Cluster cluster = new Cluster(1);
    cluster.tap =
        payload ->
            inputs.add(
                ByteBuffer.allocate(1 + MESSAGE_HEADER_BYTES + payload.length)
                    .put((byte) 0)
                    .put((byte) inputs.size())
                    .putShort((short) payload.length)
                    .put(payload)
                    .array());
    cluster.start(MEMBERS);
    cluster.seconds(3);
    cluster.get(2).put("key", "value");
    cluster.get(3).fire("event");
    cluster.seconds(3);
    cluster.isolate(3);
    cluster.seconds(15);
    cluster.network.healAll();
    cluster.get(2).input(new GossipInput.Leave());
    cluster.seconds(5);
    return inputs;
  }

  /** Members that say what they like to one that believes them members. */
  private static final class Insider implements GossipEffects {
    private final GossipConfig config = GossipConfig.defaults();
    private final GossipCore core = core(1);
    private final GossipCodec codec = new GossipCodec();
    private long nowNanos;

    private GossipCore core(int n) {
      return new GossipCore(
          config,
          Cluster.id(n),
          "host-" + n,
          Cluster.address(n),
          new TreeMap<>(),
          1,
          new CheapSigner(Cluster.id(n)),
          new Random(n));
    }

    void say(ByteBuffer messages) {
      List<Known> others = new ArrayList<>();
      for (int n = 2; n <= MEMBERS; n++) {
        others.add(core(n).known());
      }
      core.assume(others);
      core.step(nowNanos, new GossipInput.Timer(), this);
      while (messages.remaining() > MESSAGE_HEADER_BYTES) {
        int way = messages.get();
        byte[] message = new byte[Math.min(messages.getShort() & 0xffff, messages.remaining())];
        messages.get(message);
        say(way, message);
      }
    }

    private void say(int way, byte[] message) {
      nowNanos += STEP_NANOS * (way >> 4 & 7);
      core.step(nowNanos, new GossipInput.Timer(), this);
      boolean readable = isReadable(message);
      int before = state();
      long counted = counted();
      NodeId sender = Cluster.id(2 + (way & 3) % (MEMBERS - 1));
      core.step(
          nowNanos,
          (way & 8) == 0
              ? new GossipInput.DatagramReceived(Cluster.address(2), sender, message)
              : new GossipInput.LinkMessage(sender, message),
          this);
      if (!readable && (state() != before || counted() != counted + 1)) {
        throw new AssertionError("what cannot be read changed something, or was not counted once");
      }
    }

    private boolean isReadable(byte[] message) {
      if (!(codec.decode(message) instanceof Decoded.Message read)) {
        return false;
      }
      byte[] written = codec.encode(read.envelope());
      if (!(codec.decode(written) instanceof Decoded.Message again)
          || !Arrays.equals(codec.encode(again.envelope()), written)) {
        throw new AssertionError("what was read and written again reads otherwise");
      }
      return true;
    }

    private long counted() {
      return core.malformed().values().stream().mapToLong(Long::longValue).sum();
    }

    private int state() {
      int[] hash = {core.members().hashCode()};
      core.records("")
          .forEach(
              (owner, records) ->
                  records.forEach(
                      (key, value) ->
                          hash[0] = 31 * (31 * hash[0] + key.hashCode()) + Arrays.hashCode(value)));
      return hash[0];
    }

    @Override
    public void sendDatagram(PeerAddress to, byte[] payload) {
      atMost(config.datagramBudgetBytes(), payload);
    }

    @Override
    public void sendLink(NodeId to, byte[] payload) {
      atMost(Outbox.LINK_BUDGET_BYTES, payload);
    }

    private static void atMost(int bytes, byte[] payload) {
      if (payload.length > bytes) {
        throw new AssertionError("INV-SYN-1: a message of " + payload.length + " bytes");
      }
    }

    @Override
    public void emit(GossipEvent event) {}
  }
}
