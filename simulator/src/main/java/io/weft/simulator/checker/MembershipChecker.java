package io.weft.simulator.checker;

import io.weft.simulator.history.Fault;
import io.weft.simulator.history.MembersRead;
import io.weft.simulator.history.Operation;
import io.weft.simulator.history.OperationType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Completeness and accuracy of membership.
 *
 * <p>The acts of the nemesis cut the run into eras. Within an era, once the bound has passed since
 * the fault was seen to hold, every read is judged until the next act begins:
 *
 * <ul>
 *   <li>INV-MEM-1, completeness: a host that does not run or cannot be reached is held failed or
 *       left (or is not known any more);
 *   <li>INV-MEM-2, accuracy: a host that runs and is reached is never held failed or left;
 *   <li>INV-MEM-5, reconvergence: in an era without any fault that is longer than the bound, each
 *       host's last read shows every host alive.
 * </ul>
 *
 * <p>An era that is long enough but in which a running host was never read is a gap: the verdict is
 * then unknown, never valid.
 */
public final class MembershipChecker implements Checker {
  private static final String ALIVE = "alive";
  private static final String SUSPECT = "suspect";

  private final long boundNanos;

  /**
   * A checker.
   *
   * @param boundNanos how long after a fault, or its end, beliefs may lag behind, in nanoseconds
   */
  public MembershipChecker(long boundNanos) {
    if (boundNanos < 0) {
      throw new IllegalArgumentException("the bound must be 0 or more, not " + boundNanos);
    }
    this.boundNanos = boundNanos;
  }

  @Override
  public String name() {
    return "membership";
  }

  @Override
  public Verdict check(List<Operation> history) {
    Judgement judgement = new Judgement(boundNanos);
    Map<String, Operation> invocations = new TreeMap<>();
    for (Operation operation : history) {
      if (operation.process().equals(Operation.NEMESIS)) {
        nemesis(judgement, operation);
      } else if (operation.type() == OperationType.INVOKE) {
        invocations.put(operation.process(), operation);
      } else if (operation.type() == OperationType.OK && operation.f().equals(MembersRead.F)) {
        Operation invoked = invocations.get(operation.process());
        Optional<MembersRead> read = MembersRead.of(operation.value());
        if (invoked != null && read.isPresent()) {
          judgement.read(invoked.timeNanos(), operation.timeNanos(), read.get());
        }
      }
    }
    long end = history.isEmpty() ? 0 : history.getLast().timeNanos();
    judgement.endEra(end);
    return Verdict.of(name(), judgement.violations(), judgement.gaps, judgement.judged);
  }

  private static void nemesis(Judgement judgement, Operation operation) {
    switch (operation.type()) {
      case INVOKE -> judgement.endEra(operation.timeNanos());
      case OK -> Fault.of(operation).ifPresent(f -> judgement.beginEra(operation.timeNanos(), f));
      case FAIL -> judgement.resumeEra(operation.timeNanos());
      // Whether the fault holds is not known: nothing can be judged until the next act.
      case INFO -> judgement.unknown(operation);
    }
  }

  /** The state of the judgement while it walks through the history. */
  private static final class Judgement {
    private final long boundNanos;
    private final List<Verdict.Violation> violations = new ArrayList<>();
    final List<String> gaps = new ArrayList<>();
    long judged;

    private Reachability world = Reachability.none();
    private boolean inEra;
    private long settledNanos;
    private long beganNanos;
    private final Map<String, Read> lastReads = new TreeMap<>();

    Judgement(long boundNanos) {
      this.boundNanos = boundNanos;
    }

    List<Verdict.Violation> violations() {
      List<Verdict.Violation> sorted = new ArrayList<>(violations);
      Collections.sort(sorted, (a, b) -> Long.compare(a.timeNanos(), b.timeNanos()));
      return sorted;
    }

    void beginEra(long timeNanos, Fault fault) {
      world = world.after(fault);
      resumeEra(timeNanos);
    }

    void resumeEra(long timeNanos) {
      inEra = true;
      beganNanos = timeNanos;
      settledNanos = timeNanos + boundNanos;
      lastReads.clear();
    }

    void unknown(Operation operation) {
      inEra = false;
      gaps.add(
          "whether '" + operation.f() + "' at " + operation.timeNanos() + " ns held is not known");
    }

    void read(long invokedNanos, long completedNanos, MembersRead read) {
      if (!inEra || invokedNanos < settledNanos || !world.runs(read.observer())) {
        return;
      }
      lastReads.put(read.observer(), new Read(completedNanos, read));
      for (String subject : world.hosts()) {
        @Nullable String state = read.states().get(subject);
        boolean heldAlive = ALIVE.equals(state) || SUSPECT.equals(state);
        switch (world.expected(read.observer(), subject)) {
          case ALIVE -> judge(heldAlive, "INV-MEM-2", completedNanos, read, subject, "is live");
          // Suspicion must have ended by the bound as well, so a suspect is not known to be gone.
          case GONE -> judge(!heldAlive, "INV-MEM-1", completedNanos, read, subject, "is gone");
          case EITHER -> {}
        }
      }
    }

    void endEra(long timeNanos) {
      if (inEra && timeNanos > settledNanos) {
        for (String host : world.hosts()) {
          if (world.runs(host)) {
            closeObserver(host, lastReads.get(host));
          }
        }
      }
      inEra = false;
    }

    private void closeObserver(String host, @Nullable Read last) {
      if (last == null) {
        gaps.add(
            host + " was not read after the bound in the era that began at " + beganNanos + " ns");
      } else if (world.whole()) {
        for (String subject : world.hosts()) {
          boolean alive = ALIVE.equals(last.read().states().get(subject));
          judge(alive, "INV-MEM-5", last.timeNanos(), last.read(), subject, "is healed");
        }
      }
    }

    private void judge(
        boolean holds,
        String invariant,
        long timeNanos,
        MembersRead read,
        String subject,
        String truth) {
      judged++;
      if (!holds) {
        @Nullable String state = read.states().get(subject);
        String belief = state == null ? "does not know" : "holds " + state;
        violations.add(
            new Verdict.Violation(
                invariant,
                timeNanos,
                read.observer() + " " + belief + ": " + subject + ", which " + truth));
      }
    }
  }

  private record Read(long timeNanos, MembersRead read) {}
}
