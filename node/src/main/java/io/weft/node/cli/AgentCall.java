package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command that is one call of the agent's API and prints the answer.
 *
 * @param <T> what the agent answers
 */
abstract class AgentCall<T> implements Callable<Integer> {
  @Mixin private final SocketOption socket = new SocketOption();
  @Mixin private final OutputOption output = new OutputOption();

  abstract T ask(ApiClient client);

  /** The answer for people, with its line ends. */
  abstract String text(T answer);

  /** What the answer says to a script. */
  int exitCode(T answer) {
    return ExitCodes.DONE;
  }

  @Override
  public final Integer call() {
    T answer = ask(socket.client());
    output.print(answer, () -> text(answer));
    return exitCode(answer);
  }
}
