package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.AgentLauncher;
import io.weft.overlay.config.EffectiveConfig;
import io.weft.overlay.config.WeftConfig;
import io.weft.vxlan.ffi.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** {@code weft agent}: runs until a signal, or until the host has left its cluster. */
public final class AgentMain implements AgentLauncher {
  /** For {@link java.util.ServiceLoader}. */
  public AgentMain() {}

  @Override
  public int run(@Nullable Path config, SortedMap<String, String> overrides)
      throws InterruptedException, IOException {
    // Of what the engine and others write, too, nothing is for anybody else.
    int _ = Processes.umask(OWNER_ONLY);
    EffectiveConfig effective = Settings.effective(config, overrides);
    WeftConfig settings = effective.config();
    LogLevels.set(settings.log().level());
    AtomicReference<@Nullable AgentProcess> running = new AtomicReference<>();
    // SIGTERM and SIGINT are a restart, not a leave: close what is open and say nothing to the
    // peers.
    Thread onSignal =
        new Thread(
            () -> {
              AgentProcess process = running.get();
              if (process != null) {
                process.close();
              }
            },
            "weft-shutdown");
    Runtime.getRuntime().addShutdownHook(onSignal);
    AgentProcess process = AgentProcess.start(effective);
    running.set(process);
    AgentProcess.End end = process.await();
    if (end == AgentProcess.End.STOPPED) {
      return 0;
    }
    // The answer to 'weft leave' is on its way to the caller.
    Thread.sleep(LINGER_MILLIS);
    if (end == AgentProcess.End.LEFT || end == AgentProcess.End.REVOKED) {
      process.clearKernel();
    }
    process.close();
    return switch (end) {
      case STOPPED -> 0;
      case LEFT -> {
        if (process.purgeWanted()) {
          new HostFiles(settings.dataDir()).purge();
        }
        LoggerFactory.getLogger("weft").info("event=agent-left");
        yield 0;
      }
      case REVOKED -> throw AgentStart.gone(AgentStart.SHUT_OUT, settings);
      case FAILED ->
          throw new ApiException(ErrorKind.REFUSED, "the agent failed: " + process.failure());
    };
  }

  private static final long LINGER_MILLIS = 300;

  /** Files 0600, directories 0700. */
  private static final int OWNER_ONLY = 0077;
}
