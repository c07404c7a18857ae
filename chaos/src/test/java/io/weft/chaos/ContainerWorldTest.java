package io.weft.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.chaos.cluster.ClusterException;
import io.weft.chaos.cluster.ContainerCluster;
import io.weft.chaos.image.ImageBuilder;
import io.weft.chaos.image.ImageContent;
import io.weft.chaos.nemesis.Partitioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** The ground that chaos stands on: the image, the containers, and a cut that really cuts. */
@Tag("chaos")
@Tag("docker")
class ContainerWorldTest {
  @TempDir static Path dir;

  @BeforeAll
  static void needsDocker() {
    Needs.docker();
  }

  @Test
  void an_image_made_here_runs_java_and_is_made_once() throws IOException {
    ImageBuilder builder = builder();

    String image = builder.ensure(probe());

    assertThat(builder.ensure(probe())).isEqualTo(image);
    try (ContainerCluster cluster = ContainerCluster.start(image, 1)) {
      assertThat(cluster.exec("h1", "weft").outputOrThrow("the probe"))
          .startsWith("class path works on Java 25");
    }
  }

  @Test
  void a_partition_holds_between_the_groups_only_and_is_lifted() throws IOException {
    String image = builder().ensure(probe());
    try (ContainerCluster cluster = ContainerCluster.start(image, 3);
        Partitioner partitioner = new Partitioner(cluster)) {
      assertThat(pings(cluster, "h1", "h2")).isTrue();

      partitioner.partition(List.of(List.of("h1"), List.of("h2", "h3")));

      assertThat(pings(cluster, "h1", "h2")).isFalse();
      assertThat(pings(cluster, "h3", "h1")).isFalse();
      assertThat(pings(cluster, "h2", "h3")).isTrue();

      partitioner.heal();

      assertThat(pings(cluster, "h1", "h2")).isTrue();
      assertThat(pings(cluster, "h3", "h1")).isTrue();
    }
  }

  @Test
  void a_command_on_an_unknown_host_is_refused() throws IOException {
    try (ContainerCluster cluster = ContainerCluster.start(builder().ensure(probe()), 1)) {
      assertThatThrownBy(() -> cluster.exec("h9", "true"))
          .isInstanceOf(ClusterException.class)
          .hasMessage("there is no host h9");
    }
  }

  private static boolean pings(ContainerCluster cluster, String from, String to) {
    return cluster.exec(from, "ping", "-c1", "-W1", cluster.address(to)).ok();
  }

  private static ImageBuilder builder() {
    return new ImageBuilder(DockerClientFactory.instance().client(), Path.of("target", "image"));
  }

  /** An application of one class in one jar. */
  private static ImageContent probe() throws IOException {
    String entry = ImageProbe.class.getName().replace('.', '/') + ".class";
    Path jar = dir.resolve("probe.jar");
    if (!Files.exists(jar)) {
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
          var in = ImageProbe.class.getClassLoader().getResourceAsStream(entry)) {
        JarEntry zip = new JarEntry(entry);
        zip.setTime(0);
        out.putNextEntry(zip);
        out.write(java.util.Objects.requireNonNull(in).readAllBytes());
        out.closeEntry();
      }
    }
    Path launcher = dir.resolve("weft");
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec /usr/lib/weft/jre/bin/java -cp '/usr/lib/weft/lib/*' "
            + ImageProbe.class.getName()
            + "\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return new ImageContent(
        Path.of(System.getProperty("java.home")),
        ImageContent.DEBIAN_BUSYBOX,
        List.of(jar),
        launcher);
  }
}
