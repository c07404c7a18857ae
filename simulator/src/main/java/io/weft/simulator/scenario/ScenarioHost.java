package io.weft.simulator.scenario;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A host.
 *
 * @param number from 1; what faults call it by
 * @param name {@code h} and the number unless the scenario names it
 * @param region what {@link LinkSpec}s may refer to, or null
 * @param labels the member's labels
 * @param clockDrift how fast its clocks run: 1 is right, 1.02 gains 20 ms a second
 */
public record ScenarioHost(
    int number,
    String name,
    @Nullable String region,
    SortedMap<String, String> labels,
    double clockDrift) {

  /** Copies the labels. */
  public ScenarioHost {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** A host named by its number, with nothing special about it. */
  public static ScenarioHost plain(int number) {
    return new ScenarioHost(number, "h" + number, null, new TreeMap<>(), 1);
  }
}
