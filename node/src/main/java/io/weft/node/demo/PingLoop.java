package io.weft.node.demo;

import io.weft.node.lab.Ping;
import io.weft.vxlan.netns.NetworkNamespace;
import java.net.InetAddress;
import java.nio.file.Path;

/** Pings without a break in the background and counts what is lost. */
final class PingLoop implements AutoCloseable {
  private static final int INTERVAL_MILLIS = 100;
  private static final int TIMEOUT_MILLIS = 1000;
  private static final int PAYLOAD_BYTES = 56;

  private final Thread thread;
  private volatile boolean running = true;
  private volatile int sent;
  private volatile int lost;

  PingLoop(Path from, InetAddress to) {
    thread =
        Thread.ofPlatform()
            .name("weft-demo-ping")
            .daemon(true)
            .start(
                () -> {
                  try (NetworkNamespace namespace = NetworkNamespace.open(from);
                      Ping ping = new Ping(namespace)) {
                    loop(ping, to);
                  }
                });
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes
  private void loop(Ping ping, InetAddress to) {
    while (running) {
      boolean answered = ping.once(to, PAYLOAD_BYTES, TIMEOUT_MILLIS).isPresent();
      lost += answered ? 0 : 1;
      sent += 1;
      try {
        Thread.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  int sent() {
    return sent;
  }

  int lost() {
    return lost;
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
  }
}
