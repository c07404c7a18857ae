package io.weft.gossip.coordinate;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node's place, and how far it may be trusted. In milliseconds: a few Euclidean axes for the way
 * through the network, and a height above them for the node's own access to it, which every round
 * trip to it takes (Dabek, Cox, Kaashoek and Morris: Vivaldi, SIGCOMM 2004, section 5.4).
 *
 * <p>On the wire it is {@value #BYTES} bytes: the axes, height, adjustment and error, each as an
 * IEEE 754 binary16, high byte first. That keeps 11 bits of each, 0.05 ms of 100.
 */
public final class Coordinate {
  /** Few are enough (Ledlie, Gardner and Seltzer, NSDI 2007, section 3.4). */
  public static final int AXES = 4;

  /** How long it is on the wire. */
  public static final int BYTES = (AXES + 3) * Short.BYTES;

  /** No access is for nothing: keeps distances above 0. */
  static final double MIN_HEIGHT_MILLIS = 0.01;

  /** The error of a place that was only guessed, and the greatest there is. */
  static final double MAX_ERROR = 1.5;

  /** Nobody is as sure as that. */
  static final double MIN_ERROR = 0.01;

  /** No axis, height or adjustment goes beyond: no round trip of use takes so long. */
  static final double MAX_MILLIS = 10_000;

  private static final Coordinate START =
      new Coordinate(new double[AXES], MIN_HEIGHT_MILLIS, 0, MAX_ERROR);

  private final double[] axes;
  private final double heightMillis;
  private final double adjustmentMillis;
  private final double error;

  /** Takes over the array. */
  Coordinate(double[] axes, double heightMillis, double adjustmentMillis, double error) {
    this.axes = axes;
    this.heightMillis = heightMillis;
    this.adjustmentMillis = adjustmentMillis;
    this.error = error;
  }

  /** Where a node is that has measured nothing yet. */
  public static Coordinate start() {
    return START;
  }

  /** Whether anything was measured to find it. */
  public boolean found() {
    return error < MAX_ERROR;
  }

  /** How far estimates from here are off, as a share of the round trip: 0.01 to 1.5. */
  public double error() {
    return error;
  }

  double heightMillis() {
    return heightMillis;
  }

  double axis(int i) {
    return axes[i];
  }

  /** The estimated round trip between two places, in milliseconds; the same both ways. */
  public double roundTripMillis(Coordinate other) {
    double raw = rawMillis(other);
    double adjusted = raw + adjustmentMillis + other.adjustmentMillis;
    return adjusted > 0 ? adjusted : raw;
  }

  /** The distance as the places say it. */
  double rawMillis(Coordinate other) {
    return axesMillis(other) + heightMillis + other.heightMillis;
  }

  /** Through the network alone. */
  double axesMillis(Coordinate other) {
    double sum = 0;
    for (int i = 0; i < AXES; i++) {
      double d = axes[i] - other.axes[i];
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  /** The axes as they go on the wire, the first in the highest bits. */
  public long axesBits() {
    return bits(bits(bits(bits(0, axes[0]), axes[1]), axes[2]), axes[3]);
  }

  /** Height, adjustment and error as they go on the wire, in the lower six bytes; never 0. */
  public long restBits() {
    return bits(bits(bits(0, heightMillis), adjustmentMillis), error);
  }

  private static long bits(long before, double next) {
    return before << Short.SIZE | Short.toUnsignedLong(Float.floatToFloat16((float) next));
  }

  /** The coordinate of these bits; null when no place is like that. */
  public static @Nullable Coordinate ofBits(long axesBits, long restBits) {
    double[] axes = new double[AXES];
    boolean sane = true;
    for (int i = 0; i < AXES; i++) {
      axes[i] = half(axesBits, AXES - 1 - i);
      sane &= within(axes[i]);
    }
    double height = half(restBits, 2);
    double adjustment = half(restBits, 1);
    double error = half(restBits, 0);
    sane &= height >= 0 && within(height) && within(adjustment) && error > 0 && error <= MAX_ERROR;
    return sane ? new Coordinate(axes, height, adjustment, Math.max(MIN_ERROR, error)) : null;
  }

  private static double half(long bits, int place) {
    return Float.float16ToFloat((short) (bits >>> (place * Short.SIZE)));
  }

  /** As it goes on the wire. */
  public ByteString bytes() {
    byte[] bytes = new byte[BYTES];
    write(axesBits(), bytes, 0, Long.BYTES);
    write(restBits(), bytes, Long.BYTES, BYTES);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static void write(long bits, byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      bytes[i] = (byte) (bits >>> ((to - 1 - i) * Byte.SIZE));
    }
  }

  /** What came from the wire; null when it has another length, or no place is like that. */
  public static @Nullable Coordinate read(ByteString bytes) {
    if (bytes.size() != BYTES) {
      return null;
    }
    return ofBits(bits(bytes, 0, Long.BYTES), bits(bytes, Long.BYTES, BYTES));
  }

  private static long bits(ByteString bytes, int from, int to) {
    long bits = 0;
    for (int i = from; i < to; i++) {
      bits = bits << Byte.SIZE | Byte.toUnsignedLong(bytes.byteAt(i));
    }
    return bits;
  }

  /** False for what is no number, too. */
  private static boolean within(double millis) {
    return Math.abs(millis) <= MAX_MILLIS;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Coordinate c
        && Arrays.equals(axes, c.axes)
        && heightMillis == c.heightMillis
        && adjustmentMillis == c.adjustmentMillis
        && error == c.error;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(axes);
  }

  @Override
  public String toString() {
    return Arrays.toString(axes)
        + " height "
        + heightMillis
        + " adjustment "
        + adjustmentMillis
        + " error "
        + error;
  }
}
