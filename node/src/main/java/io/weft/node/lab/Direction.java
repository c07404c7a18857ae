package io.weft.node.lab;

/**
 * What one host sends to another.
 *
 * @param from 1..N
 * @param to 1..N
 */
public record Direction(int from, int to) implements Comparable<Direction> {
  @Override
  public int compareTo(Direction other) {
    int byFrom = Integer.compare(from, other.from);
    return byFrom != 0 ? byFrom : Integer.compare(to, other.to);
  }
}
