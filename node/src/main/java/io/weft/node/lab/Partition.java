package io.weft.node.lab;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Groups of hosts that are cut from each other. Groups may overlap (the shared host reaches both);
 * a host in no group is cut from all.
 *
 * @param groups at least two, each of hosts 1..N
 * @param oneWay lose only what the first group sends to the others
 */
public record Partition(List<Set<Integer>> groups, boolean oneWay) {
  /**
   * Reads "1,2/3,4".
   *
   * @param hosts how many hosts there are
   * @throws ApiException of kind USAGE that says what does not fit
   */
  public static Partition parse(String text, boolean oneWay, int hosts) {
    List<Set<Integer>> groups = new ArrayList<>();
    for (String group : text.split("/", -1)) {
      Set<Integer> members = new TreeSet<>();
      for (String host : group.split(",", -1)) {
        if (!members.add(hostNumber(host, hosts))) {
          throw new ApiException(
              ErrorKind.USAGE, "host " + host.strip() + " stands twice in '" + group + "'");
        }
      }
      groups.add(members);
    }
    if (groups.size() < 2) {
      throw new ApiException(
          ErrorKind.USAGE, "'" + text + "' is one group: part groups by /, for example 1,2/3");
    }
    refuseIdle(text, groups);
    return new Partition(groups, oneWay);
  }

  /** A host may be in two groups; a group that is all in another most likely holds a slip. */
  private static void refuseIdle(String text, List<Set<Integer>> groups) {
    for (int i = 0; i < groups.size(); i++) {
      for (int j = 0; j < groups.size(); j++) {
        if (i != j && groups.get(i).containsAll(groups.get(j))) {
          throw new ApiException(
              ErrorKind.USAGE,
              "in '%s' group %d is all in group %d: name other hosts (a host may be in two groups, as 2 in 1,2/2,3)"
                  .formatted(text, j + 1, i + 1));
        }
      }
    }
  }

  /** Reads the number of a host. */
  public static int hostNumber(String text, int hosts) {
    try {
      int host = Integer.parseInt(text.strip());
      if (host >= 1 && host <= hosts) {
        return host;
      }
    } catch (NumberFormatException e) {
      throw new ApiException(
          ErrorKind.USAGE, "'" + text + "' is no host: hosts are 1.." + hosts, e);
    }
    throw new ApiException(ErrorKind.USAGE, "there is no host " + text + ": hosts are 1.." + hosts);
  }

  /** Everything that this partition loses among so many hosts. */
  public SortedSet<Direction> cuts(int hosts) {
    SortedSet<Direction> cuts = new TreeSet<>();
    for (int from = 1; from <= hosts; from++) {
      for (int to = 1; to <= hosts; to++) {
        if (from != to && isCut(from, to)) {
          cuts.add(new Direction(from, to));
        }
      }
    }
    return cuts;
  }

  private boolean isCut(int from, int to) {
    if (oneWay) {
      Set<Integer> first = groups.getFirst();
      return first.contains(from)
          && !first.contains(to)
          && groups.subList(1, groups.size()).stream().anyMatch(group -> group.contains(to));
    }
    return groups.stream().noneMatch(group -> group.contains(from) && group.contains(to));
  }
}
