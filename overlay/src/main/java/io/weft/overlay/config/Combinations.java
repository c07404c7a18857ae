package io.weft.overlay.config;

import io.weft.overlay.config.ConfigLoader.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Values that are well each by itself, but not together. */
final class Combinations {
  private static final List<String> PORTS =
      List.of("gossip.port", "admin.port", "esp.port", "vxlan.port");

  private Combinations() {}

  static List<ConfigError> check(SortedMap<String, Setting> settings) {
    List<ConfigError> errors = new ArrayList<>();
    for (int i = 0; i < PORTS.size(); i++) {
      for (int j = i + 1; j < PORTS.size(); j++) {
        distinct(settings, PORTS.get(i), PORTS.get(j), errors);
      }
    }
    ordered(settings, "gossip.probeTimeout", "gossip.probeInterval", true, errors);
    ordered(settings, "gossip.reconnectMin", "gossip.reconnectMax", false, errors);
    return errors;
  }

  private static void distinct(
      SortedMap<String, Setting> settings, String a, String b, List<ConfigError> errors) {
    Setting first = get(settings, a);
    Setting second = get(settings, b);
    if (first.value().equals(second.value())) {
      boolean blameFirst = second.origin() instanceof Origin.Default;
      errors.add(
          new ConfigError(
              blameFirst ? first.origin() : second.origin(),
              blameFirst ? a : b,
              "%s is %s's port too; choose another".formatted(first.text(), blameFirst ? b : a)));
    }
  }

  private static void ordered(
      SortedMap<String, Setting> settings,
      String small,
      String large,
      boolean strictly,
      List<ConfigError> errors) {
    Setting less = get(settings, small);
    Setting more = get(settings, large);
    int order = Long.compare((Long) less.value(), (Long) more.value());
    if (order > 0 || (strictly && order == 0)) {
      boolean blameSmall = !(less.origin() instanceof Origin.Default);
      errors.add(
          new ConfigError(
              blameSmall ? less.origin() : more.origin(),
              blameSmall ? small : large,
              "%s (%s) must be %s %s (%s)"
                  .formatted(
                      small, less.text(), strictly ? "below" : "at most", large, more.text())));
    }
  }

  private static Setting get(SortedMap<String, Setting> settings, String path) {
    @Nullable Setting setting = settings.get(path);
    if (setting == null) {
      throw new AssertionError("every key has a default: " + path);
    }
    return setting;
  }
}
