package io.weft.overlay.registry;

import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.security.identity.NodeId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks that several commands share: null when all is well. */
final class Refusals {
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,62}");
  private static final Pattern TOKEN_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Refusals() {}

  static Refused invalid(String message) {
    return new Refused(RefusalCode.INVALID, message);
  }

  static @Nullable Refused hostName(String name) {
    return HOST_NAME.matcher(name).matches()
        ? null
        : invalid(
            "a host's name has 1 to 63 letters, digits, '.', '_' or '-' and begins with a letter or"
                + " digit");
  }

  static @Nullable Refused label(String what, String name) {
    return LABEL.matcher(name).matches()
        ? null
        : invalid(
            "a %s's name has 1 to 63 lowercase letters, digits, '.', '_' or '-' and begins with a"
                    .formatted(what)
                + " letter or digit");
  }

  static @Nullable Refused tokenId(String id) {
    return TOKEN_ID.matcher(id).matches() ? null : invalid("a token's id has 1 to 64 characters");
  }

  static @Nullable Refused blob(String what, Blob blob) {
    return blob.size() >= 1 && blob.size() <= RegistryLimits.MAX_BLOB_BYTES
        ? null
        : invalid(
            "%s has %d bytes; 1 to %d are taken"
                .formatted(what, blob.size(), RegistryLimits.MAX_BLOB_BYTES));
  }

  /** A host that is known and not shut out; it may have left or be fenced. */
  static @Nullable Refused knownHost(RegistryData data, NodeId id) {
    Host host = data.hosts.get(id);
    if (host == null) {
      return new Refused(
          RefusalCode.UNKNOWN,
          "host %s is not registered; it joins with a token first".formatted(id.shortForm()));
    }
    if (host.state() == HostState.REVOKED) {
      return revoked(id);
    }
    return null;
  }

  static Refused revoked(NodeId id) {
    return new Refused(
        RefusalCode.HOST_REVOKED,
        "host %s was revoked; it needs a new identity to join again".formatted(id.shortForm()));
  }
}
