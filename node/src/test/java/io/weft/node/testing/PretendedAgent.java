package io.weft.node.testing;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.MembershipView;
import io.weft.node.cli.AgentLauncher;
import io.weft.node.cli.Bootstrap;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Stands where the agent process and its bootstrap will stand, behind the same hooks. */
public final class PretendedAgent implements AgentLauncher, Bootstrap {
  @Override
  public int run(@Nullable Path config, SortedMap<String, String> overrides) throws Exception {
    if (config == null) {
      throw new ApiException(ErrorKind.USAGE, "this one needs a configuration file");
    }
    FakeWeft.main(new String[] {"agent", "--config", config.toString()});
    return 0;
  }

  @Override
  public MembershipView init(@Nullable Path config, SortedMap<String, String> overrides) {
    return new MembershipView(ListedAgent.NODE, "mesh", String.valueOf(overrides.get("dataDir")));
  }

  @Override
  public MembershipView join(
      @Nullable Path config,
      SortedMap<String, String> overrides,
      List<String> seeds,
      String token) {
    if (!token.startsWith("id.secret.")) {
      throw new ApiException(ErrorKind.REFUSED, "the token is used up: make another");
    }
    return new MembershipView(ListedAgent.NODE, String.join("+", seeds), "/data");
  }
}
