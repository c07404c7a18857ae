package io.weft.node.cli;

import io.weft.node.api.view.MembershipView;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Fills a data directory, from which the agent then runs; found through {@link
 * java.util.ServiceLoader}. Both throw {@link io.weft.node.api.ApiException} for what the user can
 * mend, and then leave the data directory as it was.
 */
public interface Bootstrap {
  /**
   * Makes this host the first node of a new cluster.
   *
   * @param config the configuration file, null for the default place if there is one
   * @param overrides configuration keys that were given as flags, with their values as text
   */
  MembershipView init(@Nullable Path config, SortedMap<String, String> overrides) throws Exception;

  /**
   * Makes this host a further node of a cluster.
   *
   * @param seeds "host:port" of nodes of that cluster, at least one
   * @param token the join token
   */
  MembershipView join(
      @Nullable Path config, SortedMap<String, String> overrides, List<String> seeds, String token)
      throws Exception;
}
