package io.weft.gossip.link;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** What a step of {@link LinkCore} wants done. */
public interface LinkEffects {

  /** Open a link; null expects any member. */
  void dial(long linkId, PeerAddress to, @Nullable NodeId expected);

  /** Close a link. */
  void close(long linkId);

  /**
   * From now on, messages to this peer go over this link (also when another link took over: no down
   * comes between).
   */
  void linkUp(NodeId peer, long linkId);

  /** There is no link to this peer any more. */
  void linkDown(NodeId peer, String cause);
}
