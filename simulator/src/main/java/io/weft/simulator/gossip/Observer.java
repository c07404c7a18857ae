package io.weft.simulator.gossip;

import io.weft.gossip.Member;
import io.weft.security.identity.NodeId;
import io.weft.simulator.checker.Verdict;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.history.MembersRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sees into every host at once, between two events: writes down what each believes, and judges what
 * only somebody with the whole truth can judge.
 */
final class Observer {
  private final List<GossipHost> hosts;
  private final Directory directory;
  private final HistoryRecorder recorder;
  private final List<Verdict.Violation> violations = new ArrayList<>();

  Observer(List<GossipHost> hosts, Directory directory, HistoryRecorder recorder) {
    this.hosts = hosts;
    this.directory = directory;
    this.recorder = recorder;
  }

  List<Verdict.Violation> violations() {
    return List.copyOf(violations);
  }

  void look(long nowNanos) {
    Map<NodeId, Member> truth = new TreeMap<>();
    for (int host = 0; host < hosts.size(); host++) {
      truth.put(directory.id(host), hosts.get(host).self());
    }
    for (int host = 0; host < hosts.size(); host++) {
      if (hosts.get(host).running()) {
        look(nowNanos, directory.name(host), hosts.get(host).members(), truth);
      }
    }
  }

  private void look(
      long nowNanos, String observer, List<Member> members, Map<NodeId, Member> truth) {
    TreeMap<String, String> states = new TreeMap<>();
    for (Member member : members) {
      states.put(member.name(), member.state().name().toLowerCase(Locale.ROOT));
      Member owner = truth.get(member.id());
      if (owner == null) {
        violate("INV-SEC-4", nowNanos, observer + " believes in " + member.name() + ", who is not");
      } else if (member.generation() > owner.generation()
          || (member.generation() == owner.generation()
              && member.incarnation() > owner.incarnation())) {
        violate(
            "INV-MEM-3",
            nowNanos,
            observer + " holds an incarnation of " + owner.name() + " that its owner never took");
      }
    }
    recorder.invoke(observer, MembersRead.F, null);
    recorder.ok(observer, MembersRead.F, new MembersRead(observer, states).toJson());
  }

  private void violate(String invariant, long nowNanos, String detail) {
    violations.add(new Verdict.Violation(invariant, nowNanos, detail));
  }
}
