package io.weft.node.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Sets how much is logged. */
final class LogLevels {
  private LogLevels() {}

  static void set(String level) {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      Level chosen = Level.toLevel(level.toUpperCase(Locale.ROOT), Level.WARN);
      for (String ours : new String[] {"weft", "io.weft"}) {
        ((Logger) LoggerFactory.getLogger(ours)).setLevel(chosen);
      }
      root.setLevel(chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN);
    }
  }
}
