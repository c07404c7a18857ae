package io.weft.chaos.cluster;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * Hosts as containers on a network of their own, through Testcontainers. A host's first process
 * only waits, so that an agent can be started, killed and started again without its host going
 * away. It has no more rights than an agent needs: no privileged mode.
 */
public final class ContainerCluster implements Cluster {
  private static final String WAIT_FOR_EVER = "trap 'exit 0' TERM; while :; do sleep 1; done";
  private static final String TUN = "/dev/net/tun";

  /** As many hosts as one machine can be asked for. */
  private static final int MAX_HOSTS = 16;

  private final Network network;
  private final Map<String, GenericContainer<?>> containers = new LinkedHashMap<>();

  private ContainerCluster(Network network) {
    this.network = network;
  }

  /**
   * Starts hosts named h1 to hN, with no agent running.
   *
   * @param image an image that the engine already has
   * @param count from 1 to {@value #MAX_HOSTS}
   */
  public static ContainerCluster start(String image, int count) {
    if (count < 1 || count > MAX_HOSTS) {
      throw new ClusterException("a cluster has 1 to " + MAX_HOSTS + " hosts, not " + count);
    }
    ContainerCluster cluster = new ContainerCluster(Network.newNetwork());
    try {
      for (int i = 1; i <= count; i++) {
        cluster.startHost(image, "h" + i);
      }
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw new ClusterException("cannot start the hosts: " + e.getMessage(), e);
    }
  }

  private void startHost(String image, String name) {
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withImagePullPolicy(ignored -> false)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withCommand("sh", "-c", WAIT_FOR_EVER)
            .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
            .waitingFor(Wait.forSuccessfulCommand("true"))
            .withCreateContainerCmdModifier(
                create -> {
                  HostConfig host = create.getHostConfig();
                  if (host == null) {
                    throw new ClusterException("the engine's client gave no host configuration");
                  }
                  create.withHostName(name);
                  // NET_ADMIN and SYS_ADMIN are what the agent's documentation asks for: links,
                  // routes and the data plane's private namespace.
                  host.withCapAdd(Capability.NET_ADMIN, Capability.SYS_ADMIN)
                      .withInit(true)
                      .withDevices(new Device("rwm", TUN, TUN));
                });
    containers.put(name, container);
    container.start();
  }

  @Override
  public List<String> hosts() {
    return List.copyOf(containers.keySet());
  }

  @Override
  public String address(String host) {
    for (ContainerNetwork joined :
        container(host).getContainerInfo().getNetworkSettings().getNetworks().values()) {
      String address = joined.getIpAddress();
      if (address != null) {
        return address;
      }
    }
    throw new ClusterException(host + " has no address");
  }

  @Override
  public String networkNamespace(String host) {
    Long pid = container(host).getCurrentContainerInfo().getState().getPidLong();
    if (pid == null || pid == 0) {
      throw new ClusterException(host + " does not run");
    }
    return "/proc/" + pid + "/ns/net";
  }

  @Override
  public CommandResult exec(String host, String... command) {
    try {
      ExecResult result = container(host).execInContainer(command);
      return new CommandResult(result.getExitCode(), result.getStdout(), result.getStderr());
    } catch (IOException e) {
      throw new ClusterException("cannot run " + List.of(command) + " on " + host, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while running a command on " + host, e);
    }
  }

  @Override
  public void close() {
    List<GenericContainer<?>> all = new ArrayList<>(containers.values());
    containers.clear();
    for (GenericContainer<?> container : all) {
      container.stop();
    }
    network.close();
  }

  private GenericContainer<?> container(String host) {
    GenericContainer<?> container = containers.get(host);
    if (container == null) {
      throw new ClusterException("there is no host " + host);
    }
    return container;
  }
}
