package io.weft.overlay.agent;

import com.google.protobuf.ByteString;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.KeyringAsk;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.GossipEpochs;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.keyring.GossipKeys;
import io.weft.security.keyring.KeyringFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps this host's gossip keyring in line with the registry, which says which keys are accepted
 * and which one seals, but holds no key. A key that is missing here is asked for over the links to
 * other members, which need no gossip key; so a host that was away gets in again.
 *
 * <p>What is held is on the disk first, then in use, then told to all in the host's record: what a
 * host says it holds it holds for good. Until a missing key has come, the host stays with what it
 * has.
 *
 * <p>A host whose copy of the registry is older than a peer's keyring takes the keyring as it is
 * told, whole: without it the host might hear of nobody, and so not of the registry either.
 */
final class KeyringDesk {
  /** A key that is missing is asked for so often, each time of another peer. */
  static final long ASK_MILLIS = 500;

  /** A longer text is no keyring. */
  static final int MAX_KEYRING_BYTES = 1_024;

  private final HostContext context;
  private final GossipKeyring keyring;
  private final Directory directory;
  private final Links links;
  private final RegistryMirror mirror;
  private final Registrar registrar;

  /** When to ask, or to save, again; {@link Long#MAX_VALUE} while nothing is missing. */
  private long againNanos = Long.MAX_VALUE;

  /** Not asked before this, whatever comes. */
  private long notBeforeNanos = Long.MIN_VALUE;

  private boolean unsaved;

  /** How many datagrams under unknown keys there were when last looked. */
  private long unknownSeen;

  KeyringDesk(
      HostContext context,
      GossipKeyring keyring,
      Directory directory,
      Links links,
      RegistryMirror mirror,
      Registrar registrar) {
    this.context = context;
    this.keyring = keyring;
    this.directory = directory;
    this.links = links;
    this.mirror = mirror;
    this.registrar = registrar;
  }

  private GossipEpochs epochs() {
    return mirror.view().gossipEpochs();
  }

  /** Whether the registry here is as new as the keyring, so that it has the say. */
  private boolean registryKnows() {
    return mirror.view().created() && mirror.index() >= keyring.keys().revision();
  }

  /** What this host tells all others that it holds: not what it only proposes. */
  HostRecord.HeldKeys held() {
    GossipKeys keys = keyring.keys();
    TreeSet<Integer> accepted = new TreeSet<>(keys.secrets().keySet());
    if (registryKnows()) {
      accepted.removeIf(epoch -> epoch > epochs().newest());
    }
    return new HostRecord.HeldKeys(accepted, keys.sealEpoch());
  }

  /** What a host that joins is given. */
  GossipKeys forJoiner() {
    return keyring.keys().only(held().accepted());
  }

  /** The registry here has changed: be what it says. */
  void follow() {
    settle(Collections.emptySortedMap());
  }

  /** Takes of the told keys what the registry accepts and this host lacks, then follows it. */
  private void settle(SortedMap<Integer, byte[]> told) {
    if (!registryKnows()) {
      againNanos = Long.MAX_VALUE;
      return;
    }
    GossipEpochs epochs = epochs();
    GossipKeys own = keyring.keys();
    TreeMap<Integer, byte[]> secrets = new TreeMap<>(own.secrets());
    secrets.entrySet().removeIf(e -> e.getKey() <= epochs.newest() && !accepted(epochs, e));
    for (var key : told.entrySet()) {
      if (accepted(epochs, key)) {
        secrets.putIfAbsent(key.getKey(), key.getValue());
      }
    }
    boolean whole = secrets.keySet().containsAll(epochs.accepted().keySet());
    againNanos = whole ? Long.MAX_VALUE : Math.max(context.now(), notBeforeNanos);
    if (secrets.containsKey(epochs.used())) {
      take(new GossipKeys(secrets, epochs.used(), whole ? epochs.revision() : own.revision()));
    }
  }

  private static boolean accepted(GossipEpochs epochs, java.util.Map.Entry<Integer, byte[]> key) {
    return epochs.accepts(key.getKey(), GossipKeys.fingerprint(key.getKey(), key.getValue()));
  }

  /** Puts a keyring to disk and then to use; without the disk it is not used. */
  private boolean take(GossipKeys keys) {
    if (keys.sameAs(keyring.keys())) {
      return true;
    }
    boolean saved = context.out().saveGossipKeys(keys);
    if (saved) {
      keyring.use(keys);
    } else {
      againNanos = context.inMillis(ASK_MILLIS);
      if (!unsaved) {
        context.event(
            "gossip-key-not-saved",
            context.self.shortForm(),
            "the disk takes nothing; see the log");
      }
    }
    unsaved = !saved;
    return saved;
  }

  // --- between members ---

  /** A peer is there: whichever of the two has the newer keyring gives it to the other. */
  void linkUp(NodeId peer) {
    ask(peer);
  }

  private void ask(NodeId peer) {
    links.send(
        peer,
        Channel.REGISTRY,
        RegistryMessage.newBuilder()
            .setKeyringAsk(KeyringAsk.newBuilder().setRevision(keyring.keys().revision()))
            .build()
            .toByteArray());
  }

  /** Gives a peer what it lacks, if this host has all that the registry says, and the peer less. */
  void asked(NodeId from, KeyringAsk message) {
    GossipKeys own = keyring.keys();
    GossipEpochs epochs = epochs();
    if (mirror.view().revoked(from)
        || own.revision() != epochs.revision()
        || message.getRevision() >= own.revision()) {
      return;
    }
    byte[] text = KeyringFile.encode(own.only(epochs.accepted().keySet()));
    links.send(
        from,
        Channel.REGISTRY,
        RegistryMessage.newBuilder().setKeyring(ByteString.copyFrom(text)).build().toByteArray());
  }

  /**
   * A member gives its keyring.
   *
   * @return whether it can be read
   */
  boolean given(ByteString text) {
    if (text.size() > MAX_KEYRING_BYTES) {
      return false;
    }
    GossipKeys told;
    try {
      told = KeyringFile.decode(text.toByteArray());
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (mirror.view().created() && mirror.index() >= told.revision()) {
      settle(told.secrets());
    } else if (told.revision() > keyring.keys().revision()) {
      take(told);
    }
    return true;
  }

  void runDue() {
    if (keyring.unknownKeys() != unknownSeen) {
      // A datagram came under a key that is not held here: perhaps this host was away.
      unknownSeen = keyring.unknownKeys();
      againNanos = Math.min(againNanos, Math.max(context.now(), notBeforeNanos));
    }
    if (againNanos > context.now()) {
      return;
    }
    follow(); // perhaps the disk takes it now
    boolean lacks = againNanos != Long.MAX_VALUE;
    List<NodeId> peers = whomToAsk();
    if (!peers.isEmpty()) {
      ask(peers.get(context.random.nextInt(peers.size())));
    }
    notBeforeNanos = context.inMillis(ASK_MILLIS);
    againNanos = lacks ? notBeforeNanos : Long.MAX_VALUE;
  }

  /** The linked peers that say they hold what is missing here, or else all. */
  private List<NodeId> whomToAsk() {
    List<NodeId> peers = links.up();
    List<NodeId> holders = new ArrayList<>();
    for (NodeId peer : peers) {
      HostRecord host = directory.host(peer);
      if (host != null && host.keys().accepted().containsAll(epochs().accepted().keySet())) {
        holders.add(peer);
      }
    }
    return holders.isEmpty() ? peers : holders;
  }

  long nextDeadlineNanos() {
    return againNanos;
  }

  // --- the operator ---

  /**
   * Begins a rotation. The new key is on this host's disk before the registry hears of it, so that
   * it is never accepted without being anywhere.
   *
   * @param secret 32 random bytes
   * @param reply is told the new key's epoch when the registry has it; the rest goes by itself
   */
  void rotate(byte[] secret, Reply<Integer> reply) {
    GossipEpochs epochs = epochs();
    if (epochs.phase() != GossipEpochs.Phase.STEADY) {
      reply.refused(new Refusal(Refusal.Kind.REFUSED, epochs.underWay()));
      return;
    }
    if (!mirror.view().created() || keyring.keys().revision() != epochs.revision()) {
      reply.refused(
          new Refusal(
              Refusal.Kind.REFUSED,
              "this host has not got the present gossip keyring yet; try again in a few seconds"));
      return;
    }
    int epoch = epochs.newest() + 1;
    // One whose outcome was never known may be in the registry yet: the same is asked for again.
    byte[] proposed = keyring.keys().secrets().getOrDefault(epoch, secret);
    if (!take(keyring.keys().with(epoch, proposed))) {
      reply.refused(
          new Refusal(Refusal.Kind.FAILED, "the new key cannot be kept on this host's disk"));
      return;
    }
    registrar.submit(
        new RegistryCommand.InstallGossipKey(
            epoch, Blob.of(GossipKeys.fingerprint(epoch, proposed))),
        new Reply<CommandResult.Answer>() {
          @Override
          public void done(CommandResult.Answer answer) {
            reply.done(epoch);
          }

          @Override
          public void refused(Refusal refusal) {
            if (refusal.kind() != Refusal.Kind.NO_QUORUM) {
              withdraw(epoch);
            }
            reply.refused(refusal);
          }
        });
  }

  /** The registry wants none of this key. */
  private void withdraw(int epoch) {
    GossipKeys own = keyring.keys();
    if (epoch > epochs().newest() && own.secrets().containsKey(epoch)) {
      TreeSet<Integer> others = new TreeSet<>(own.secrets().keySet());
      others.remove(epoch);
      take(own.only(others));
    }
  }
}
