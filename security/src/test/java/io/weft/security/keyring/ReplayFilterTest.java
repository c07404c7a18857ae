package io.weft.security.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReplayFilterTest {
  @Property(tries = 300)
  void agreesWithASetOfAllThatWasSeen(
      @ForAll @Size(max = 300) List<@LongRange(max = 2000) Long> counters) {
    ReplayFilter filter = new ReplayFilter();
    Set<Long> seen = new HashSet<>();
    long newest = -1;
    for (long counter : counters) {
      boolean tooOld = counter <= newest - ReplayFilter.WINDOW;
      assertThat(filter.accept(counter)).isEqualTo(!tooOld && seen.add(counter));
      newest = Math.max(newest, counter);
    }
  }

  /** Regression: the last counter there is made the filter run past the end of the numbers. */
  @Test
  void bearsTheLastCounterThereIs() {
    ReplayFilter filter = new ReplayFilter();
    assertThat(filter.accept(3)).isTrue();
    assertThat(filter.accept(Long.MAX_VALUE)).isTrue();
    assertThat(filter.accept(Long.MAX_VALUE)).isFalse();
    assertThat(filter.accept(Long.MAX_VALUE - 1)).isTrue();
    assertThat(filter.accept(3)).isFalse();
  }
}
