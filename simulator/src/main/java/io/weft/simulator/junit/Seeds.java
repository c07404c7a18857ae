package io.weft.simulator.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How many seeds a {@link Scenario} runs with; without it, with the scenario's own alone. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Seeds {
  /** How many, from 1 on. */
  int value();

  /** The first of them. */
  long from() default 1;
}
