package io.weft.simulator.checker.linear;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of the calls on one object that explains all answers: Wing and Gong's search
 * (J. Parallel Distrib. Comput. 17, 1993) with Lowe's memory of what was tried (Concurrency and
 * Computation 29(4), 2017).
 *
 * <p>Calls and returns stand in a list in the order of the history. The search takes a call from
 * the front part of the list, up to the first return: nothing that was called later can come before
 * that return. If the object could have answered so, call and return are lifted out of the list and
 * the search begins at the front again; if the first return is reached, the last choice was wrong,
 * and is put back. Which calls were taken and the state that they led to say all of a position, so
 * that no position is entered twice.
 *
 * <p>A call that never returned has no return in the list: it may be taken anywhere after its call,
 * or never. So the search is over when no return is left.
 *
 * @param <S> the object's state
 */
final class WglSearch<S> {
  /** What the search found. */
  sealed interface Result {
    /** There is such an order. */
    record Found() implements Result {}

    /**
     * There is none.
     *
     * @param stuck the first return that could not be explained, in the order that explained most
     */
    record None(Call stuck) implements Result {}

    /** Given up: more positions than were allowed. */
    record TooMany() implements Result {}
  }

  /** A call or a return, by the line of the history on which it stands. */
  private static final class Event {
    final Call call;
    final int number;
    final long line;
    boolean isReturn;
    @Nullable Event ownReturn;
    Event before = this;
    @Nullable Event after;

    Event(Call call, int number, long line) {
      this.call = call;
      this.number = number;
      this.line = line;
    }

    void unlink() {
      before.after = after;
      if (after != null) {
        after.before = before;
      }
    }

    void relink() {
      before.after = this;
      if (after != null) {
        after.before = this;
      }
    }
  }

  private record Position<S>(BitSet taken, S state) {}

  private record Choice<S>(Event call, S stateBefore) {}

  private final SequentialModel<S> model;
  private final int mostPositions;
  private final Event front;
  private final BitSet taken;
  private final Set<Position<S>> entered = new LinkedHashSet<>();
  private final ArrayDeque<Choice<S>> choices = new ArrayDeque<>();
  private S state;
  private int returnsLeft;
  private int fewestLeft = Integer.MAX_VALUE;
  private @Nullable Call stuck;

  /**
   * A search.
   *
   * @param calls at least one, in any order
   * @param mostPositions it gives up after so many
   */
  WglSearch(SequentialModel<S> model, List<Call> calls, int mostPositions) {
    this.model = model;
    this.mostPositions = mostPositions;
    this.state = model.initial();
    this.taken = new BitSet(calls.size());
    this.front = new Event(calls.getFirst(), -1, -1);
    List<Event> events = new ArrayList<>();
    for (Call call : calls) {
      Event called = new Event(call, events.size(), call.invoked().index());
      events.add(called);
      if (call.returned() != null) {
        called.ownReturn = new Event(call, called.number, call.returned().index());
        called.ownReturn.isReturn = true;
        events.add(called.ownReturn);
        returnsLeft++;
      }
    }
    events.sort(Comparator.comparingLong(e -> e.line));
    Event last = front;
    for (Event event : events) {
      event.before = last;
      last.after = event;
      last = event;
    }
  }

  Result run() {
    Event at = front.after;
    while (returnsLeft > 0) {
      if (at != null && !at.isReturn) {
        at = take(at) ? front.after : at.after;
        if (entered.size() > mostPositions) {
          return new Result.TooMany();
        }
        continue;
      }
      if (at != null && returnsLeft < fewestLeft) {
        fewestLeft = returnsLeft;
        stuck = at.call;
      }
      if (choices.isEmpty()) {
        return new Result.None(stuck == null ? front.call : stuck);
      }
      at = putBack(choices.pop()).after;
    }
    return new Result.Found();
  }

  private boolean take(Event called) {
    Optional<S> next = model.step(state, called.call);
    if (next.isEmpty()) {
      return false;
    }
    taken.set(called.number);
    if (!entered.add(new Position<>((BitSet) taken.clone(), next.get()))) {
      taken.clear(called.number);
      return false;
    }
    choices.push(new Choice<>(called, state));
    state = next.get();
    called.unlink();
    if (called.ownReturn != null) {
      called.ownReturn.unlink();
      returnsLeft--;
    }
    return true;
  }

  private Event putBack(Choice<S> choice) {
    Event called = choice.call();
    state = choice.stateBefore();
    taken.clear(called.number);
    if (called.ownReturn != null) {
      called.ownReturn.relink();
      returnsLeft++;
    }
    called.relink();
    return called;
  }
}
