package io.weft.simulator.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantileTest {
  @ParameterizedTest
  @CsvSource({"1, 0.5, 0", "1, 1, 0", "2, 0.5, 0", "3, 0.5, 1", "100, 0.99, 98", "101, 0.99, 99"})
  void isTheSmallestValueThatSoManyDoNotExceed(int values, double share, int index) {
    assertThat(Quantile.index(values, share)).isEqualTo(index);
  }

  @Test
  void ofNothingThereIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> Quantile.index(0, 0.5));
    assertThatIllegalArgumentException().isThrownBy(() -> Quantile.index(3, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Quantile.index(3, Double.NaN));
  }
}
