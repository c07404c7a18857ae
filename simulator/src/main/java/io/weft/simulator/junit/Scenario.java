package io.weft.simulator.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes a method a test that runs a scenario once for each of its {@link Seeds}. A run that
 * violates an invariant fails, and says the seed and the command that replays it. The method itself
 * is called after a run in which all held; it may take the {@link
 * io.weft.simulator.fleet.RunResult}, and say nothing, or what it expects beyond the invariants.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ScenarioExtension.class)
public @interface Scenario {
  /** A file on the class path or on disk, or the name of a scenario that comes with Weft. */
  String value();
}
