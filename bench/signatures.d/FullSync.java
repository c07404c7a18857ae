import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipEffects;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.core.Known;
import io.weft.gossip.signing.IdentitySigner;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.testing.CheapSigner;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.secret.ClusterSecret;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * For bench/signatures: what it costs a member that knows nobody to take the records of all, over
 * one link. Two real cores in virtual time; only the processor time of the one that learns is counted.
 */
final class FullSync {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final GossipConfig CONFIG = GossipConfig.defaults();
  private static final int RECORDS = 3; // and the labels, which each member has
  private static final long MILLI = 1_000_000;

  private FullSync() {}

  public static void main(String[] args) {
    int owners = Integer.parseInt(args[0]);
    int runs = Integer.parseInt(args[1]);
    ClusterSecret secret = ClusterSecret.generate("bench");
    List<NodeIdentity> identities = new ArrayList<>();
    for (int i = 0; i < owners + 2; i++) {
      identities.add(secret.identity("m" + i, Instant.now()));
    }
    primitives(new IdentitySigner(identities.getFirst()), identities.getFirst().id());
    for (int run = 1; run <= runs; run++) {
      sync("real", identities, IdentitySigner::new);
      sync("cheap", identities, identity -> new CheapSigner(identity.id()));
    }
  }

  private static void primitives(RecordSigner signer, NodeId id) {
    byte[] statement = new byte[200];
    byte[] signature = signer.sign(statement);
    for (int round = 0; round < 5; round++) {
      int times = 2_000;
      long begin = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < times; i++) {
        signature = signer.sign(statement);
      }
      long signed = THREADS.getCurrentThreadCpuTime();
      boolean good = true;
      for (int i = 0; i < times; i++) {
        good &= signer.own().verifies(statement, signature);
      }
      long verified = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < times; i++) {
        good &= signer.key(id, signer.own().encoded()) != null;
      }
      long parsed = THREADS.getCurrentThreadCpuTime();
      System.out.printf(
          "round %d: sign %.0f us, verify %.0f us, take a key %.0f us%s%n",
          round,
          (signed - begin) / 1e3 / times,
          (verified - signed) / 1e3 / times,
          (parsed - verified) / 1e3 / times,
          good ? "" : " WRONG");
    }
  }

  private static PeerAddress address(int n) {
    return PeerAddress.of(new byte[] {10, 1, (byte) (n >> 8), (byte) n}, 7940);
  }

  private static GossipCore core(int n, NodeIdentity identity, RecordSigner signer) {
    return new GossipCore(
        CONFIG, identity.id(), "m" + n, address(n), new TreeMap<>(), 1, signer, new Random(n));
  }

  /** A core, and the messages over the link that wait for it. */
  private static final class Side implements GossipEffects {
    final GossipCore core;
    final NodeId id;
    final Deque<byte[]> sent = new ArrayDeque<>();
    long bytes;
    long largestNanos;
    long cpuNanos;

    Side(GossipCore core, NodeId id) {
      this.core = core;
      this.id = id;
    }

    void step(long now, GossipInput input) {
      long begin = THREADS.getCurrentThreadCpuTime();
      core.step(now, input, this);
      long took = THREADS.getCurrentThreadCpuTime() - begin;
      cpuNanos += took;
      largestNanos = Math.max(largestNanos, took);
    }

    @Override
    public void sendDatagram(PeerAddress to, byte[] payload) {}

    @Override
    public void sendLink(NodeId to, byte[] payload) {
      sent.add(payload);
      bytes += payload.length;
    }

    @Override
    public void emit(GossipEvent event) {}
  }

  private static void sync(
      String kind, List<NodeIdentity> identities, Function<NodeIdentity, RecordSigner> signers) {
    List<Known> owners = new ArrayList<>();
    GossipEffects nothing = side(0, identities, signers);
    for (int n = 2; n < identities.size(); n++) {
      GossipCore owner = core(n, identities.get(n), signers.apply(identities.get(n)));
      for (int r = 0; r < RECORDS; r++) {
        owner.step(0, new GossipInput.PutRecord("ep/" + r, new byte[100]), nothing);
      }
      owners.add(owner.known());
    }
    Side teacher = side(0, identities, signers);
    Side learner = side(1, identities, signers);
    teacher.core.assume(owners);
    long now = 0;
    teacher.step(now, new GossipInput.LinkUp(learner.id));
    learner.step(now, new GossipInput.LinkUp(teacher.id));
    long all = (long) owners.size() * (RECORDS + 1);
    long doneMillis = -1;
    for (; now < 120_000 * MILLI && doneMillis < 0; now += 10 * MILLI) {
      exchange(now, teacher, learner);
      exchange(now, learner, teacher);
      teacher.step(now, new GossipInput.Timer());
      learner.step(now, new GossipInput.Timer());
      long held = learner.core.members().stream().mapToLong(m -> m.version()).sum();
      doneMillis = held >= all ? now / MILLI : -1;
    }
    System.out.printf(
        "%s: %d owners, %d records: %.2f CPU seconds, longest step %.0f ms, done after %.1f s,"
            + " %.2f MB over the link%n",
        kind,
        owners.size(),
        all,
        learner.cpuNanos / 1e9,
        learner.largestNanos / 1e6,
        doneMillis / 1e3,
        teacher.bytes / 1e6);
  }

  private static Side side(
      int n, List<NodeIdentity> identities, Function<NodeIdentity, RecordSigner> signers) {
    NodeIdentity identity = identities.get(n);
    return new Side(core(n, identity, signers.apply(identity)), identity.id());
  }

  private static void exchange(long now, Side from, Side to) {
    for (byte[] next = from.sent.poll(); next != null; next = from.sent.poll()) {
      to.step(now, new GossipInput.LinkMessage(from.id, next));
    }
  }
}
