package io.weft.simulator.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.simulator.checker.Verdict;
import io.weft.simulator.checker.linear.LinearizabilityChecker;
import io.weft.simulator.checker.linear.NetworkNames;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.scenario.Work;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Users who make and remove the same few networks, each through whatever host it finds running.
 * Each call and each answer goes into the run's history, and at the end all answers together must
 * have an explanation: INV-RAFT-1 as users see it.
 */
final class Rivals {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** A host that goes down answers nobody; what one that was frozen says later is not heard. */
  private static final long GIVEN_UP_NANOS = 20_000_000_000L;

  private static final String NOT_DONE = "nothing was changed";

  private final Fleet fleet;
  private final HistoryRecorder history;
  private final RandomGenerator random;
  private int users;
  private boolean over;

  Rivals(Fleet fleet) {
    this.fleet = fleet;
    this.history = fleet.history();
    this.random = fleet.world().random().stream("rivals", 0);
  }

  /** The users begin, each at a moment of its own. */
  void begin(Work.Contend work) {
    for (int i = 0; i < work.users(); i++) {
      later(work, newUser());
    }
  }

  /** Nobody asks for anything more; what was asked may still be answered. */
  void end() {
    over = true;
  }

  private String newUser() {
    users++;
    return "user-" + users;
  }

  private void later(Work.Contend work, String user) {
    long pause = random.nextLong(2 * work.everyMillis() * NANOS_PER_MILLI) + 1;
    fleet.world().after(pause, () -> ask(work, user));
  }

  private void ask(Work.Contend work, String user) {
    if (over || fleet.world().nowNanos() > work.untilMillis() * NANOS_PER_MILLI) {
      return;
    }
    List<FleetHost> running = fleet.running();
    if (running.isEmpty()) {
      later(work, user);
      return;
    }
    FleetHost host = running.get(random.nextInt(running.size()));
    int number = 1 + random.nextInt(work.networks());
    boolean create = random.nextBoolean();
    Asked asked =
        new Asked(
            work,
            user,
            create ? NetworkNames.CREATE : NetworkNames.REMOVE,
            Work.Contend.name(number));
    history.invoke(user, asked.f, asked.value(null));
    host.ask(
        new HostInput.Submit(
            create
                ? creation(asked.network, number)
                : new RegistryCommand.RemoveNetwork(asked.network),
            Fleet.reply(asked::done, refusal -> asked.refused(host, refusal))));
    fleet.world().after(GIVEN_UP_NANOS, () -> asked.unknown("no answer came"));
  }

  private static RegistryCommand creation(String name, int number) {
    AddressBlock subnet = AddressBlock.parse(Work.Contend.subnet(number));
    return new RegistryCommand.CreateNetwork(name, subnet, null, 0, 0, 0);
  }

  /** One call of one user. */
  private final class Asked {
    private final Work.Contend work;
    private final String user;
    private final String f;
    private final String network;
    private boolean ended;

    Asked(Work.Contend work, String user, String f, String network) {
      this.work = work;
      this.user = user;
      this.f = f;
      this.network = network;
    }

    private JsonNode value(@Nullable String what) {
      ArrayNode value = JsonNodeFactory.instance.arrayNode();
      return value.add(network).add(what);
    }

    void done(CommandResult.Answer answer) {
      if (answer instanceof CommandResult.NetworkAnswer(var made)) {
        end(() -> history.ok(user, f, value(made.id())), user);
      } else {
        throw new IllegalStateException(f + " was answered by " + answer);
      }
    }

    void refused(FleetHost host, Refusal refusal) {
      // What users go by, too: the refusal's own words.
      boolean idle =
          f.equals(NetworkNames.CREATE)
              ? refusal.message().contains("is there already")
              : refusal.kind() == Refusal.Kind.NOT_FOUND;
      if (idle) {
        end(() -> history.ok(user, f, value(null)), user);
        return;
      }
      fleet.judge().refused(host, refusal);
      if (refusal.kind() != Refusal.Kind.NO_QUORUM || refusal.message().startsWith(NOT_DONE)) {
        end(() -> history.fail(user, f, refusal.message()), user);
      } else {
        unknown(refusal.message());
      }
    }

    void unknown(String why) {
      if (!ended) {
        // Somebody else goes on: who does not know what came of its call asks nothing more.
        end(() -> history.info(user, f, why), newUser());
      }
    }

    private void end(Runnable record, String next) {
      if (!ended) {
        ended = true;
        record.run();
        later(work, next);
      }
    }
  }

  /** Whether what all were told has an explanation. */
  void judge() {
    if (users == 0) {
      return;
    }
    Verdict verdict =
        new LinearizabilityChecker(
                new NetworkNames(), "INV-RAFT-1", LinearizabilityChecker.MOST_POSITIONS)
            .check(history.history());
    verdict.gaps().forEach(gap -> fleet.note("not judged: " + gap));
    verdict
        .violations()
        .forEach(v -> fleet.judge().violated(v.timeNanos(), v.invariant(), null, v.detail()));
    if (verdict.outcome() == Verdict.Outcome.VALID) {
      fleet.judge().mark("answers-in-order");
    }
  }
}
