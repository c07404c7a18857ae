package io.weft.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.node.api.ApiException;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PartitionTest {
  @Test
  void groupsAreCutFromEachOtherBothWays() {
    assertThat(Partition.parse("1,2/3", false, 3).cuts(3))
        .containsExactly(
            new Direction(1, 3), new Direction(2, 3), new Direction(3, 1), new Direction(3, 2));
  }

  @Test
  void aHostInTwoGroupsReachesBoth() {
    assertThat(Partition.parse("1,2/2,3", false, 3).cuts(3))
        .containsExactly(new Direction(1, 3), new Direction(3, 1));
  }

  @Test
  void aHostInNoGroupIsCutFromAll() {
    assertThat(Partition.parse("1/2", false, 3).cuts(3)).hasSize(6);
  }

  @Test
  void oneWayLosesOnlyWhatTheFirstGroupSends() {
    assertThat(Partition.parse("1/2,3", true, 4).cuts(4))
        .containsExactly(new Direction(1, 2), new Direction(1, 3));
  }

  @Test
  void nonsenseIsRefusedWithTheRange() {
    for (String text :
        new String[] {"1,2", "1/9", "a/1", "1//2", "", "0/1", "1/1", "1,1/2", "1,2/2"}) {
      assertThatThrownBy(() -> Partition.parse(text, false, 3))
          .as(text)
          .isInstanceOf(ApiException.class);
    }
    assertThatThrownBy(() -> Partition.parse("1/9", false, 3)).hasMessageContaining("1..3");
  }

  @Property
  void twoWayCutsAreSymmetric(
      @ForAll @IntRange(min = 1, max = 6) int a, @ForAll @IntRange(min = 1, max = 6) int b) {
    Assume.that(a != b);
    var cuts = Partition.parse(a + "/" + b, false, 6).cuts(6);
    assertThat(cuts).allMatch(cut -> cuts.contains(new Direction(cut.to(), cut.from())));
  }
}
