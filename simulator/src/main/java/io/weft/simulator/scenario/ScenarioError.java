package io.weft.simulator.scenario;

/**
 * Something wrong in a scenario file.
 *
 * @param line counted from 1
 * @param path where in the file, such as {@code faults[2].crash.hosts}; may be empty
 * @param message what is wrong and what is allowed; one line
 */
public record ScenarioError(String file, int line, String path, String message) {
  /** As one line: {@code split.yaml:3: faults[0].for: ...}. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
