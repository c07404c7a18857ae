package io.weft.simulator.fleet;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.agent.HostCore;
import io.weft.security.identity.NodeId;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether what hosts hold of each other is what its owner said, and never goes back. */
final class MemberJudge {
  private final Fleet fleet;

  /** (observer, its life, subject) to the highest generation and version seen. */
  private final SortedMap<String, long[]> versions = new TreeMap<>();

  /** By id, what its owner was last seen to be; also of ids that are no more. */
  private final SortedMap<NodeId, Member> owners = new TreeMap<>();

  MemberJudge(Fleet fleet) {
    this.fleet = fleet;
  }

  /** Sees what each owner says of itself now. */
  void look() {
    for (FleetHost host : fleet.hosts()) {
      HostCore core = host.core();
      if (core != null && host.running()) {
        owners.put(host.identity(), core.self());
      }
    }
  }

  void check(FleetHost host, Member member) {
    Member owner = owners.get(member.id());
    if (owner == null) {
      return; // it has been up for a moment only
    }
    // INV-MEM-3: nobody holds more of an owner than it ever said.
    boolean ahead =
        member.generation() > owner.generation()
            || (member.generation() == owner.generation()
                && member.incarnation() > owner.incarnation());
    FleetHost subject = fleet.byId(member.id());
    boolean lives = subject != null && subject.running();
    if (ahead && lives && subject != null && newest(subject, member)) {
      fleet
          .judge()
          .violated(
              "INV-MEM-3",
              host,
              "holds incarnation %d of %s, generation %d, whose owner is at %d, generation %d"
                  .formatted(
                      member.incarnation(),
                      member.name(),
                      member.generation(),
                      owner.incarnation(),
                      owner.generation()));
    }
    // INV-SYN-1: what is seen of an owner never goes back.
    String key = host.number + "/" + host.life() + "/" + member.id().hex();
    long[] now = {member.generation(), member.version()};
    long[] before = versions.put(key, now);
    if (before != null
        && (now[0] < before[0] || (now[0] == before[0] && now[1] < before[1]))
        && member.state() != MemberState.LEFT) {
      fleet
          .judge()
          .violated(
              "INV-SYN-1",
              host,
              "%s went back from generation %d, version %d to %d, %d"
                  .formatted(member.name(), before[0], before[1], now[0], now[1]));
    }
  }

  /** Whether the subject's own word, as it is now, is also behind what the other holds of it. */
  private static boolean newest(FleetHost subject, Member held) {
    HostCore core = subject.core();
    if (core == null) {
      return false;
    }
    Member own = core.self();
    return held.generation() > own.generation()
        || (held.generation() == own.generation() && held.incarnation() > own.incarnation());
  }
}
