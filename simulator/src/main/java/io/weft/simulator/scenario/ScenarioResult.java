package io.weft.simulator.scenario;

import java.util.List;

/** What came of reading a scenario. */
public sealed interface ScenarioResult {

  /**
   * All of it is well.
   *
   * @param description what the file says it is about, or empty
   */
  record Valid(Scenario scenario, String description) implements ScenarioResult {}

  /** All that is wrong with it, by line; at least one. */
  record Invalid(List<ScenarioError> errors) implements ScenarioResult {
    /** Copies the list. */
    public Invalid {
      errors = List.copyOf(errors);
    }
  }
}
