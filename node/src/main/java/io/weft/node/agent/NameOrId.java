package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.security.identity.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which one of several a user means by an identity, the beginning of one, or a name. */
final class NameOrId {
  /** So many characters of an identity at least, so that nobody is meant by accident. */
  private static final int MIN_PREFIX = 8;

  private NameOrId() {}

  /**
   * The only one whose identity begins so; when there is none, the only one that is called so.
   *
   * @param called whether it has this name
   * @param none what is said first when there is no such one
   * @param several what several are, in plural
   * @throws ApiException of kind NOT_FOUND_OR_FALSE or USAGE when that is none or several
   */
  static <T> T find(
      String text,
      Collection<T> all,
      Function<T, NodeId> id,
      Predicate<T> called,
      String none,
      String several) {
    List<T> byId =
        text.length() < MIN_PREFIX
            ? List.of()
            : all.stream().filter(each -> id.apply(each).hex().startsWith(text)).toList();
    List<T> found = byId.isEmpty() ? all.stream().filter(called).toList() : byId;
    if (found.isEmpty()) {
      throw new ApiException(
          ErrorKind.NOT_FOUND_OR_FALSE, none + "; 'weft members' lists them with their ids");
    }
    if (found.size() > 1) {
      throw new ApiException(
          ErrorKind.USAGE,
          "'%s' is several %s; name one by its id: %s"
              .formatted(
                  text,
                  several,
                  found.stream()
                      .map(each -> id.apply(each).hex())
                      .collect(Collectors.joining(", "))));
    }
    return found.getFirst();
  }
}
