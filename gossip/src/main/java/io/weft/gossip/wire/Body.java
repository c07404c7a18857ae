package io.weft.gossip.wire;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message is for; news ride along in the {@link Envelope}. */
public sealed interface Body {

  /** Are you there? A null target asks whoever is at the address. */
  record Ping(long sequence, @Nullable NodeId target) implements Body {}

  /** I am, or the one you asked me to ping is. */
  record Ack(long sequence) implements Body {}

  /** I am, but the one you asked me to ping has not answered yet (Lifeguard, section IV-A). */
  record Nack(long sequence) implements Body {}

  /** Ping this one for me. */
  record PingRequest(long sequence, NodeId target, PeerAddress address) implements Body {}

  /** Only news. */
  record News() implements Body {}

  /** This is how far I am; {@code complete} if I know no others. */
  record Digest(List<OwnerDigest> owners, boolean complete) implements Body {
    public Digest {
      owners = List.copyOf(owners);
    }
  }

  /**
   * The deltas of the envelope answer a digest; of {@code wants} I want more, counted from what I
   * hold now.
   */
  record Delta(List<OwnerDigest> wants) implements Body {
    public Delta {
      wants = List.copyOf(wants);
    }
  }
}
