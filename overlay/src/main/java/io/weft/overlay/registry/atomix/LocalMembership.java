package io.weft.overlay.registry.atomix;

import io.atomix.cluster.ClusterMembershipEventListener;
import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The failure detector that Atomix wants to ask. Weft gives it none: who is alive is gossip's
 * business, and Raft finds out by itself who answers.
 */
final class LocalMembership implements ClusterMembershipService {
  private final MemberId self;

  LocalMembership(MemberId self) {
    this.self = self;
  }

  @Override
  public Member getLocalMember() {
    throw new IllegalStateException("member " + self + " has no address here");
  }

  @Override
  public Set<Member> getMembers() {
    return Set.of();
  }

  @Override
  public @Nullable Member getMember(MemberId memberId) {
    return null;
  }

  @Override
  public void addListener(ClusterMembershipEventListener listener) {}

  @Override
  public void removeListener(ClusterMembershipEventListener listener) {}
}
