package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.GossipKeysView;
import io.weft.node.api.view.KeysView;
import io.weft.node.api.view.TunnelKeyView;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft keys} and {@code weft keys rotate}. */
@Command(
    name = "keys",
    description = {
      "Show the keys at work, never a key itself.",
      "Of gossip: the epoch that this node seals with, those it accepts, where a rotation stands.",
      "Of each tunnel: how old its key is, and how many packets were sent under it."
    },
    subcommands = {KeysCommand.Rotate.class},
    footer = {"", "Example:", "  weft keys", "  weft keys rotate --gossip"})
final class KeysCommand extends AgentCall<KeysView> {
  @Override
  KeysView ask(ApiClient client) {
    return client.keys();
  }

  @Override
  String text(KeysView keys) {
    Table table = new Table("KEY", "EPOCH", "ACCEPTED", "AGE", "PACKETS", "STATE");
    GossipKeysView gossip = keys.gossip();
    table.row("gossip", gossip.epoch(), numbers(gossip.accepted()), null, null, state(gossip));
    for (TunnelKeyView t : keys.tunnels()) {
      String peer = "tunnel " + QueryCommands.shortId(t.peer());
      table.row(peer, null, null, t.ageSeconds() + " s", t.packets(), null);
    }
    return table.format()
        + "CA "
        + QueryCommands.shortId(keys.ca().fingerprint())
        + ", expires "
        + keys.ca().expires()
        + "\n";
  }

  private static String numbers(List<Integer> epochs) {
    return epochs.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String state(GossipKeysView gossip) {
    return gossip.phase() + (gossip.waitingFor().isEmpty() ? "" : ", waits for " + names(gossip));
  }

  private static String names(GossipKeysView gossip) {
    return String.join(", ", gossip.waitingFor());
  }

  @Command(
      name = "rotate",
      description = {
        "Put a new gossip key in the place of the present one, without losing a datagram.",
        "It is given to all hosts, then used, then the former one is removed. Who is away",
        "meanwhile gets it when it comes back. Rotate after a host was revoked: it knew the key."
      },
      footer = {"", "Example:", "  weft keys rotate --gossip"})
  static final class Rotate implements Callable<Integer> {
    private static final long LOOK_MILLIS = 200;
    private static final String INSTALLED = "gossip key %d is installed";

    @Mixin private final SocketOption socket = new SocketOption();
    @Mixin private final OutputOption output = new OutputOption();

    @Option(names = "--gossip", description = "The key of the gossip datagrams.")
    private boolean gossip;

    @Option(names = "--no-wait", description = "Begin it and end; it goes on by itself.")
    private boolean noWait;

    @Option(
        names = "--timeout",
        paramLabel = "DURATION",
        defaultValue = "5m",
        converter = DurationConverter.class,
        description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(5);

    @Override
    public Integer call() throws InterruptedException {
      if (!gossip) {
        throw new ApiException(ErrorKind.USAGE, "say which key is to be rotated: --gossip");
      }
      ApiClient client = socket.client();
      int epoch = client.rotateGossipKey().epoch();
      KeysView keys = client.keys();
      if (!noWait) {
        keys = await(client, epoch);
      }
      KeysView last = keys;
      output.print(
          last,
          () ->
              noWait
                  ? "gossip key %d is being installed; 'weft keys' shows how it goes%n"
                      .formatted(epoch)
                  : "gossip key %d is the only one%n".formatted(epoch));
      return ExitCodes.DONE;
    }

    /** Waits until the key is the only one, with a line for each step. */
    private KeysView await(ApiClient client, int epoch) throws InterruptedException {
      long deadline = System.nanoTime() + timeout.toNanos();
      // Said in any case: often the next step is taken before anybody can look.
      String told = INSTALLED.formatted(epoch);
      say(told);
      while (true) {
        KeysView keys = client.keys();
        GossipKeysView now = keys.gossip();
        if (now.phase().equals(GossipKeysView.STEADY)) {
          if (now.epoch() >= epoch) {
            return keys;
          }
          throw new ApiException(
              ErrorKind.REFUSED,
              "gossip key %d was given up, as no host that is there holds it; rotate again"
                  .formatted(epoch));
        }
        String step = step(epoch, now);
        if (!step.equals(told)) {
          told = step;
          say(step);
        }
        if (System.nanoTime() >= deadline) {
          throw new ApiException(
              ErrorKind.REFUSED,
              "%s after %d s; it goes on by itself, and 'weft keys' shows when it is done"
                  .formatted(step, timeout.toSeconds()));
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }

    private static String step(int epoch, GossipKeysView now) {
      String what =
          now.phase().equals("installing")
              ? INSTALLED
              : "gossip key %d is used, the former one still accepted";
      return what.formatted(epoch)
          + (now.waitingFor().isEmpty() ? "" : "; waiting for " + names(now));
    }

    private void say(String line) {
      if (output.format() == OutputFormat.table) {
        PrintWriter out = output.out();
        out.println(line);
        out.flush();
      }
    }
  }
}
