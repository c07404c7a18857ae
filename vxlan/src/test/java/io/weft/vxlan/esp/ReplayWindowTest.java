package io.weft.vxlan.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  @Test
  void isAtLeastAsLargeAsTheDesignAsks() {
    assertThat(ReplayWindow.SIZE).isGreaterThanOrEqualTo(1024);
  }

  @Test
  void zeroIsNeverASequenceNumber() {
    assertThat(new ReplayWindow().fresh(0)).isFalse();
  }

  /**
   * INV-SEC-2: whatever the order, each number is accepted once, and never from before the window.
   */
  @Property
  void agreesWithASetOfAllThatWasAccepted(
      @ForAll @LongRange(min = 0, max = 1L << 40) long base,
      @ForAll @Size(min = 1, max = 400) List<@IntRange(min = 1, max = 9000) Integer> offsets) {
    ReplayWindow window = new ReplayWindow();
    Set<Long> accepted = new HashSet<>();
    long highest = 0;
    for (int offset : offsets) {
      long number = base + offset;
      boolean expected =
          number > highest || (highest - number < ReplayWindow.SIZE && !accepted.contains(number));
      assertThat(window.fresh(number)).isEqualTo(expected);
      assertThat(window.accept(number)).isEqualTo(expected);
      assertThat(window.accept(number)).isFalse();
      if (expected) {
        accepted.add(number);
        highest = Math.max(highest, number);
      }
      assertThat(window.highest()).isEqualTo(highest);
    }
  }

  /** RFC 4303, appendix A2.2, also where the lower half wraps. */
  @Property
  void infersTheWholeNumberFromItsLowerHalf(
      @ForAll @LongRange(min = ReplayWindow.SIZE, max = (1L << 34)) long top,
      @ForAll @LongRange(min = -ReplayWindow.SIZE + 1, max = 1L << 31) long ahead) {
    ReplayWindow window = new ReplayWindow();
    assertThat(window.accept(top)).isTrue();
    assertThat(window.infer((int) (top + ahead))).isEqualTo(top + ahead);
  }

  @Test
  void aNumberFromBeforeTheFirstIsNone() {
    assertThat(new ReplayWindow().infer(-1)).isEqualTo(ReplayWindow.NONE);
    assertThat(new ReplayWindow().infer(1)).isEqualTo(1);
  }

  @Test
  void goesOnAcrossTheWrapOfTheLowerHalf() {
    ReplayWindow window = new ReplayWindow();
    for (long number = (1L << 32) - 5000; number < (1L << 32) + 5000; number++) {
      long inferred = window.infer((int) number);
      if (number == (1L << 32) - 5000) {
        // Ahead of an empty window by less than 2^32.
        assertThat(inferred == number || inferred == ReplayWindow.NONE).isTrue();
        assertThat(window.accept(number)).isTrue();
        continue;
      }
      assertThat(inferred).isEqualTo(number);
      assertThat(window.accept(inferred)).isTrue();
      assertThat(window.accept(number - 1)).isFalse();
    }
  }
}
