package io.weft.node.lab;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.Processes;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A cluster of real agents on this machine, a network namespace per host, to experiment on. Each
 * method reads the lab's state anew and writes it back under a lock, so that commands in several
 * shells may be used at once.
 */
public final class Lab {
  /** The system property by which the launcher says where it lies. */
  public static final String HOME_PROPERTY = "weft.home";

  private static final int STOP_TIMEOUT_MILLIS = 10_000;
  private static final int POLL_MILLIS = 20;

  private final LabFolder folder;
  private final AgentProgram program;

  /** The lab of that name, whether it is up or not. */
  public Lab(String name, AgentProgram program) {
    this(LabFolder.of(name), program);
  }

  Lab(LabFolder folder, AgentProgram program) {
    this.folder = folder;
    this.program = program;
  }

  /**
   * Builds the lab and waits until all its agents see each other alive.
   *
   * @param progress hears of each step
   * @param keepFailed leave what was built when building fails
   * @throws ApiException of kind REFUSED when there is one already, or an agent does not come up
   */
  public LabView up(LabOptions options, LabProgress progress, boolean keepFailed)
      throws IOException {
    if (folder.exists() || (folder.machineRoot() && !folder.boundNamespaces().isEmpty())) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "lab "
              + folder.name()
              + " is up already, or something is left of it: 'weft lab down"
              + nameFlag()
              + "' removes it");
    }
    folder.create();
    try (FileChannel _ = folder.lock()) {
      return LabView.of(new LabBuilder(folder, options, program, progress).build());
    } catch (IOException | RuntimeException e) {
      if (!keepFailed) {
        down();
      }
      throw e;
    }
  }

  /**
   * Removes everything but the mount of /run/netns, which is the machine's; does nothing when there
   * is nothing. True when there was something.
   */
  public boolean down() throws IOException {
    int killed = LabProcesses.killAll(folder);
    List<Path> bound = folder.machineRoot() ? folder.boundNamespaces() : List.of();
    bound.forEach(NetworkNamespace::unbind);
    boolean existed = folder.exists();
    folder.delete();
    return existed || killed > 0 || !bound.isEmpty();
  }

  /** The lab as it is now. */
  public LabView status() {
    return LabView.of(state());
  }

  /** How many hosts it has. */
  public int hosts() {
    return state().hosts().size();
  }

  /** The last lines of what a host's agent wrote; none when it never ran. */
  public List<String> lastLines(int host, int count) {
    return LabAgents.lastLines(folder.log(host), count);
  }

  /** The socket of a host's agent. */
  public Path socket(int host) {
    return Path.of(host(state(), host).socket());
  }

  /**
   * Becomes a command on a host: this process goes on as that program, so that the terminal, the
   * signals and the exit code are its own.
   *
   * @throws IOException when there is no such program, or it cannot be run; else never returns
   */
  public void become(int host, List<String> command) throws IOException {
    LabState.Host target = host(state(), host);
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.put(LabProcesses.VARIABLE, folder.path().toString());
    environment.put("WEFT_SOCKET", target.socket());
    List<String> program = withWeftFound(command);
    try (NetworkNamespace namespace = open(target.namespace())) {
      namespace.run(() -> Processes.exec(program, environment));
    } catch (LibcException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** So that "lab exec 1 -- weft members" runs the weft that is running, on the PATH or not. */
  private static List<String> withWeftFound(List<String> command) {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null || !command.getFirst().equals("weft")) {
      return command;
    }
    List<String> found = new ArrayList<>(command);
    found.set(0, Path.of(home, "weft").toString());
    return found;
  }

  /**
   * A namespace of its own on that host's machine, for an endpoint: held by a process of the lab's
   * until {@link #down}.
   *
   * @return its path, as nsenter takes it
   */
  public Path newEndpointNamespace() throws IOException {
    state();
    try (NetworkNamespace namespace = NetworkNamespace.createPrivate()) {
      ProcessRef holder = LabProcesses.startHolder(folder, namespace);
      return Path.of("/proc", Integer.toString(holder.pid()), "ns", "net");
    }
  }

  /** Puts this partition in the place of any former one. */
  public LabView partition(Partition partition) throws IOException {
    return faults(
        state ->
            state.withFaults(
                List.copyOf(partition.cuts(state.hosts().size())), state.lossPercent()));
  }

  /** Ends partition and loss. */
  public LabView heal() throws IOException {
    return faults(state -> state.withFaults(List.of(), new TreeMap<>()));
  }

  /** Loses a share of what a host sends and of what it is sent; 0 ends that. */
  public LabView loss(int host, double percent) throws IOException {
    if (!(percent >= 0 && percent <= 100)) {
      throw new ApiException(ErrorKind.USAGE, "a loss is 0% to 100%, not " + percent + "%");
    }
    return faults(
        state -> {
          SortedMap<Integer, Double> loss = new TreeMap<>(state.lossPercent());
          if (percent == 0) {
            loss.remove(host(state, host).host());
          } else {
            loss.put(host(state, host).host(), percent);
          }
          return state.withFaults(state.cuts(), loss);
        });
  }

  private LabView faults(UnaryOperator<LabState> change) throws IOException {
    return update(
        state -> {
          LabState next = change.apply(state);
          LabState.Namespace wire = state.wire();
          if (wire == null) {
            throw notWhole();
          }
          try (NetworkNamespace namespace = open(wire)) {
            LabNetwork.setFaults(namespace, new TreeSet<>(next.cuts()), next.lossPercent());
          } catch (LibcException e) {
            if (LabNetwork.isUnsupported(e)) {
              throw new ApiException(
                  ErrorKind.REFUSED,
                  "this kernel has no nf_tables (inet, numgen), which partitions and loss need: "
                      + e.getMessage(),
                  e);
            }
            throw e;
          }
          return next;
        });
  }

  /**
   * Ends the agent of a host at once, as a power failure of the process would. As with {@link
   * #stop}, {@link #cont} and {@link #start}: what is so already is done, what cannot be is
   * refused.
   */
  public LabView kill(int host) throws IOException {
    return update(
        state -> {
          ProcessRef agent = host(state, host).agent();
          if (agent != null) {
            agent.signal(ProcessRef.SIGKILL);
            awaitGone(agent);
          }
          return state;
        });
  }

  /** Freezes the agent of a host. */
  public LabView stop(int host) throws IOException {
    return signal(host, ProcessRef.SIGSTOP);
  }

  /** Lets a frozen agent go on. */
  public LabView cont(int host) throws IOException {
    return signal(host, ProcessRef.SIGCONT);
  }

  private LabView signal(int host, int signal) throws IOException {
    return update(
        state -> {
          runningAgent(state, host).signal(signal);
          return state;
        });
  }

  /** Starts the agent of a host again and waits until it answers. */
  public LabView start(int host) throws IOException {
    return update(
        state -> {
          LabState.Host target = host(state, host);
          ProcessRef agent = target.agent();
          switch (agent == null ? ProcessRef.Condition.GONE : agent.condition()) {
            case RUNNING -> {
              return state;
            }
            case STOPPED ->
                throw new ApiException(
                    ErrorKind.NOT_FOUND_OR_FALSE,
                    "the agent of host "
                        + host
                        + " is frozen: 'weft lab cont "
                        + host
                        + "' lets it go on");
            case GONE -> {}
          }
          LabState.Host started = target.withAgent(LabAgents.start(folder, target, program));
          List<LabState.Host> hosts = new ArrayList<>(state.hosts());
          hosts.set(host - 1, started);
          LabState next = state.with(hosts, state.complete());
          folder.write(next);
          LabAgents.awaitAnswer(folder, started);
          return next;
        });
  }

  private interface Change {
    LabState apply(LabState state) throws IOException;
  }

  private LabView update(Change change) throws IOException {
    state();
    try (FileChannel _ = folder.lock()) {
      LabState next = change.apply(state());
      folder.write(next);
      return LabView.of(next);
    }
  }

  private LabState state() {
    LabState state =
        folder
            .read()
            .orElseThrow(
                () ->
                    new ApiException(
                        ErrorKind.NOT_FOUND_OR_FALSE,
                        "lab "
                            + folder.name()
                            + " is not up: 'weft lab up"
                            + nameFlag()
                            + "' builds it"));
    if (!state.complete()) {
      throw notWhole();
    }
    return state;
  }

  private ApiException notWhole() {
    return new ApiException(
        ErrorKind.NOT_FOUND_OR_FALSE,
        "lab "
            + folder.name()
            + " is being built, or its building was cut short: 'weft lab down"
            + nameFlag()
            + "' removes what is there");
  }

  private String nameFlag() {
    return folder.name().equals("default") ? "" : " --name " + folder.name();
  }

  private static LabState.Host host(LabState state, int host) {
    if (host < 1 || host > state.hosts().size()) {
      throw new ApiException(
          ErrorKind.USAGE, "there is no host " + host + ": hosts are 1.." + state.hosts().size());
    }
    return state.hosts().get(host - 1);
  }

  private static ProcessRef runningAgent(LabState state, int host) {
    ProcessRef agent = host(state, host).agent();
    if (agent == null || agent.condition() == ProcessRef.Condition.GONE) {
      throw new ApiException(
          ErrorKind.NOT_FOUND_OR_FALSE,
          "the agent of host " + host + " is dead: 'weft lab start " + host + "' starts it");
    }
    return agent;
  }

  private static NetworkNamespace open(LabState.Namespace namespace) {
    if (namespace.holder().condition() == ProcessRef.Condition.GONE) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "the namespace " + namespace.netns() + " has lost its holder: 'weft lab down', then up");
    }
    return NetworkNamespace.open(Path.of(namespace.netns()));
  }

  private static void awaitGone(ProcessRef agent) {
    for (int waited = 0; waited < STOP_TIMEOUT_MILLIS; waited += POLL_MILLIS) {
      if (agent.condition() == ProcessRef.Condition.GONE) {
        return;
      }
      LabProcesses.pause(POLL_MILLIS);
    }
    throw new ApiException(
        ErrorKind.REFUSED, "process " + agent.pid() + " does not end after SIGKILL");
  }
}
