package io.weft.node.cli;

import java.nio.file.Path;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The agent process as the command line starts it; found through {@link java.util.ServiceLoader}.
 */
public interface AgentLauncher {
  /**
   * Runs the agent in the foreground until it is told to stop.
   *
   * @param config the configuration file, null for the default place if there is one
   * @param overrides configuration keys that were given as flags, with their values as text
   * @return the exit code
   * @throws io.weft.node.api.ApiException for what the user can mend
   */
  int run(@Nullable Path config, SortedMap<String, String> overrides) throws Exception;
}
