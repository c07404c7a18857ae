package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft token create}. */
@Command(
    name = "token",
    description = "Make tokens that let further nodes join.",
    subcommands = {TokenCommand.Create.class},
    footer = {"", "Example:", "  weft token create --ttl 1h --uses 3"})
final class TokenCommand extends CommandGroup {
  @Command(
      name = "create",
      description = "Make a join token; it is shown once.",
      footer = {"", "Example:", "  weft token create --ttl 1h --uses 3"})
  static final class Create extends AgentCall<TokenView> {
    @Option(
        names = "--ttl",
        paramLabel = "DURATION",
        defaultValue = "1h",
        converter = DurationConverter.class,
        description = "How long it is valid (default: ${DEFAULT-VALUE}).")
    private Duration ttl = Duration.ofHours(1);

    @Option(
        names = "--uses",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many nodes may join with it (default: ${DEFAULT-VALUE}).")
    private int uses = 1;

    @Override
    TokenView ask(ApiClient client) {
      return client.createToken(new TokenRequest(ttl.toMillis(), uses));
    }

    /** The token alone, so that a shell can take it: {@code T=$(weft token create)}. */
    @Override
    String text(TokenView token) {
      return token.token() + "\n";
    }
  }
}
