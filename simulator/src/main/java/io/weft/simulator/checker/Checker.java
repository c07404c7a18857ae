package io.weft.simulator.checker;

import io.weft.simulator.history.Operation;
import java.util.List;

/** Judges a whole history. Pure: the same history gives the same verdict. */
public interface Checker {
  /** The checker's name in reports. */
  String name();

  /** Judges. */
  Verdict check(List<Operation> history);
}
