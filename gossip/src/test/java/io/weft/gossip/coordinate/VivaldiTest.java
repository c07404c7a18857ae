package io.weft.gossip.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VivaldiTest {

  /**
   * Nodes somewhere on a plane, each with an access of its own; whom a round trip takes as both.
   */
  private static final class Plane {
    final RandomGenerator random;
    final List<Vivaldi> nodes = new ArrayList<>();
    final double[][] at;

    Plane(long seed, int count, double sideMillis) {
      random = new Random(seed);
      at = new double[count][];
      for (int i = 0; i < count; i++) {
        at[i] =
            new double[] {
              random.nextDouble(sideMillis),
              random.nextDouble(sideMillis),
              random.nextDouble(sideMillis / 20)
            };
        nodes.add(new Vivaldi(new Random(random.nextLong())));
      }
    }

    double truth(int a, int b) {
      return Math.hypot(at[a][0] - at[b][0], at[a][1] - at[b][1]) + at[a][2] + at[b][2] + 0.1;
    }

    /** Each measures one other, a twentieth more or less than the truth. */
    void round(int liar) {
      for (int i = 0; i < nodes.size(); i++) {
        int peer = random.nextInt(nodes.size());
        if (peer == i) {
          continue;
        }
        double measured = truth(i, peer) * (0.95 + random.nextDouble(0.1));
        if (peer == liar) {
          nodes.get(i).measured(random.nextDouble(10_000), lie(random));
        } else {
          nodes.get(i).measured(measured, read(nodes.get(peer).bytes()));
        }
      }
    }

    /** Over all pairs but the liar's, how far the estimate is off as a share of the truth. */
    double medianRelativeError(int liar) {
      List<Double> errors = new ArrayList<>();
      for (int a = 0; a < nodes.size(); a++) {
        for (int b = 0; b < a; b++) {
          if (a != liar && b != liar) {
            double estimate = nodes.get(a).own().roundTripMillis(nodes.get(b).own());
            errors.add(Math.abs(estimate - truth(a, b)) / truth(a, b));
          }
        }
      }
      errors.sort(null);
      return errors.get(errors.size() / 2);
    }
  }

  private static Coordinate read(ByteString bytes) {
    return Objects.requireNonNull(Coordinate.read(bytes));
  }

  private static Coordinate lie(RandomGenerator random) {
    double[] axes = new double[Coordinate.AXES];
    Arrays.setAll(axes, i -> (random.nextBoolean() ? 1 : -1) * Coordinate.MAX_MILLIS);
    return new Coordinate(axes, 0, 0, Coordinate.MIN_ERROR);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 20, 200})
  void estimatesComeNearTheTruthOnAPlaneOfAnySize(double sideMillis) {
    for (long seed = 1; seed <= 20; seed++) {
      Plane plane = new Plane(seed, 40, sideMillis);
      for (int i = 0; i < 300; i++) {
        plane.round(-1);
      }
      assertThat(plane.medianRelativeError(-1)).as("seed %d", seed).isLessThan(0.05);
    }
  }

  @Test
  void twoSitesFarFromEachOtherFindTheirPlaces() {
    for (long seed = 1; seed <= 20; seed++) {
      Plane plane = new Plane(seed, 40, 0.5);
      for (int i = 0; i < 20; i++) {
        plane.at[i][0] += 80;
      }
      for (int i = 0; i < 300; i++) {
        plane.round(-1);
      }
      assertThat(plane.medianRelativeError(-1)).as("seed %d", seed).isLessThan(0.05);
    }
  }

  @Test
  void oneThatLiesOfItsPlaceAndDelaysItsAnswersDoesNotSpoilTheOthersEstimates() {
    for (long seed = 1; seed <= 20; seed++) {
      Plane plane = new Plane(seed, 40, 50);
      for (int i = 0; i < 300; i++) {
        plane.round(7);
      }
      assertThat(plane.medianRelativeError(7)).as("seed %d", seed).isLessThan(0.20);
    }
  }

  @Test
  void noOneAnswerMovesANodeFurtherThanATypicalRoundTrip() {
    Plane plane = new Plane(3, 20, 4);
    for (int i = 0; i < 200; i++) {
      plane.round(-1);
    }
    Vivaldi node = plane.nodes.getFirst();
    Coordinate before = node.own();
    for (double rtt : new double[] {0.01, 10_000}) {
      node.measured(rtt, lie(plane.random));
      assertThat(node.own().axesMillis(before)).isLessThan(3);
      assertThat(node.own().heightMillis()).isLessThan(before.heightMillis() + 3);
    }
  }

  @Test
  void aRoundTripThatCannotBeChangesNothing() {
    Vivaldi node = new Vivaldi(new Random(1));
    node.measured(Double.NaN, Coordinate.start());
    node.measured(Double.POSITIVE_INFINITY, Coordinate.start());
    node.measured(10_001, Coordinate.start());
    assertThat(node.own()).isEqualTo(Coordinate.start());
    assertThat(node.own().found()).isFalse();
    node.measured(-1, Coordinate.start());
    assertThat(node.own().found()).isTrue();
  }

  @Property
  void whateverIsMeasuredThePlaceStaysOneThatOthersTake(@ForAll long seed) {
    Random random = new Random(seed);
    Vivaldi node = new Vivaldi(new Random(seed));
    for (int i = 0; i < 200; i++) {
      double[] axes = new double[Coordinate.AXES];
      Arrays.setAll(axes, a -> random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-3, 5)));
      Coordinate peer =
          new Coordinate(
              axes,
              random.nextDouble(10_000),
              random.nextDouble(-10_000, 10_000),
              random.nextDouble(0.01, 1.5));
      Coordinate told = read(peer.bytes());
      node.measured(random.nextDouble() * Math.pow(10, random.nextInt(-3, 5)), told);
      assertThat(Coordinate.read(node.bytes())).isNotNull();
      assertThat(node.own().roundTripMillis(told)).isBetween(0.0, 1e6);
    }
  }
}
