package io.weft.gossip.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoordinateTest {

  private static Coordinate any(Random random) {
    double[] axes = new double[Coordinate.AXES];
    Arrays.setAll(axes, i -> random.nextDouble(-300, 300));
    return new Coordinate(
        axes, random.nextDouble(50), random.nextDouble(-20, 20), random.nextDouble(0.01, 1.5));
  }

  @Property
  void whatIsWrittenIsReadTheSameToElevenBits(@ForAll long seed) {
    Random random = new Random(seed);
    Coordinate one = any(random);
    Coordinate two = any(random);
    Coordinate read = Objects.requireNonNull(Coordinate.read(one.bytes()));
    assertThat(one.bytes().size()).isEqualTo(14);
    assertThat(read.bytes()).isEqualTo(one.bytes());
    assertThat(read.roundTripMillis(two)).isCloseTo(one.roundTripMillis(two), within(0.5));
    assertThat(read.found()).isEqualTo(read.error() < 1.5);
  }

  @Property
  void anyBytesAreAPlaceWithinBoundsOrNone(@ForAll @Size(max = 20) byte[] bytes) {
    Coordinate read = Coordinate.read(ByteString.copyFrom(bytes));
    if (read != null) {
      assertThat(bytes).hasSize(Coordinate.BYTES);
      assertThat(read.roundTripMillis(Coordinate.start())).isBetween(0.0, 50_000.0);
    }
  }

  @Property
  void anyFourteenBytesAreAPlaceWithinBoundsOrNone(
      @ForAll @Size(value = Coordinate.BYTES) byte[] bytes) {
    anyBytesAreAPlaceWithinBoundsOrNone(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0, NaN",
    "3, Infinity",
    "0, -Infinity",
    "1, 10100",
    "2, -10100", // axes
    "4, -0.1",
    "4, NaN",
    "4, 20000", // height
    "5, NaN",
    "5, -20000", // adjustment
    "6, 0",
    "6, -1",
    "6, 1.6",
    "6, NaN" // error
  })
  void aPlaceThatThereIsNotIsRefused(int number, float value) {
    byte[] bytes = any(new Random(1)).bytes().toByteArray();
    short half = Float.floatToFloat16(value);
    bytes[2 * number] = (byte) (half >> 8);
    bytes[2 * number + 1] = (byte) half;
    assertThat(Coordinate.read(ByteString.copyFrom(bytes))).isNull();
  }

  @Test
  void aPlaceOfAnotherLengthIsRefused() {
    ByteString bytes = any(new Random(1)).bytes();
    assertThat(Coordinate.read(bytes.substring(1))).isNull();
    assertThat(Coordinate.read(bytes.concat(bytes))).isNull();
    assertThat(Coordinate.read(ByteString.EMPTY)).isNull();
  }

  @Property
  void distancesAreAboveZeroAndTheSameBothWays(@ForAll long seed) {
    Random random = new Random(seed);
    Coordinate one = any(random);
    Coordinate two = any(random);
    assertThat(one.roundTripMillis(two))
        .isPositive()
        .isCloseTo(two.roundTripMillis(one), withinPercentage(1e-9));
    assertThat(one.roundTripMillis(one)).isPositive();
  }
}
