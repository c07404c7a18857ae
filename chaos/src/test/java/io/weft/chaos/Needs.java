package io.weft.chaos;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.testcontainers.DockerClientFactory;

/** What a test needs of the machine: skipped with a reason, or failed where it is required. */
final class Needs {
  private Needs() {}

  /** A container engine of this machine, and root to enter its containers' network. */
  static void docker() {
    if (!"root".equals(System.getProperty("user.name"))) {
      missing("docker", "only root can enter the containers' network namespaces");
    }
    if (!Files.isExecutable(Path.of("/bin/busybox"))) {
      missing("docker", "no /bin/busybox: install the package busybox-static");
    }
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      missing("docker", "no container engine answers (DOCKER_HOST or /var/run/docker.sock)");
    }
  }

  static void missing(String word, String reason) {
    String required = System.getenv().getOrDefault("WEFT_REQUIRE", "");
    if (Arrays.asList(required.split(",", -1)).contains(word)) {
      fail("WEFT_REQUIRE asks for " + word + ", but " + reason);
    }
    abort(reason);
  }
}
