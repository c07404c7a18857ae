package io.weft.security.identity;

import java.util.regex.Pattern;

/** The shape of node and cluster names: what a DNS label, a certificate and a shell all bear. */
public final class Names {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

  private Names() {}

  /**
   * Returns the name when it can be one.
   *
   * @param what what the name is for, as the message should call it: "node name", "cluster name"
   * @throws IllegalArgumentException when it is not 1 to 63 letters, digits, dots, dashes and
   *     underscores that begin and end with a letter or digit
   */
  public static String check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      String shown = name.length() <= 80 ? name : name.substring(0, 80) + "...";
      throw new IllegalArgumentException(
          "'"
              + shown
              + "' is no "
              + what
              + ": use 1 to 63 letters, digits, dots, dashes and underscores, beginning and ending"
              + " with a letter or digit");
    }
    return name;
  }
}
