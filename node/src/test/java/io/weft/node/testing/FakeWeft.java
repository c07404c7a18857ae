package io.weft.node.testing;

import io.weft.node.api.AgentService;
import io.weft.node.api.ApiServer;
import io.weft.node.api.view.MemberView;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * A process that takes the command lines of {@code weft init|join|agent} and whose agents hold each
 * other for alive as soon as each has started: enough to try the lab around them.
 */
public final class FakeWeft {
  private FakeWeft() {}

  public static void main(String[] args) throws Exception {
    List<String> all = List.of(args);
    Path config = Path.of(all.get(all.indexOf("--config") + 1));
    switch (args[0]) {
      case "init" -> System.out.println("{}");
      case "join" -> {
        if (!all.get(all.indexOf("--token") + 1).startsWith("id.secret.")) {
          System.err.println("weft: bad token");
          System.exit(5);
        }
      }
      case "agent" -> agent(config);
      default -> System.exit(2);
    }
  }

  private static void agent(Path config) throws Exception {
    String settings = Files.readString(config);
    if (settings.contains("driver: kernel")) {
      System.err.println("weft: this kernel has no ESP");
      System.exit(5);
    }
    Path host = config.resolveSibling(".").toRealPath();
    Files.writeString(host.resolve("started"), "yes");
    ListedAgent listed = new ListedAgent();
    AgentService service =
        (AgentService)
            Proxy.newProxyInstance(
                FakeWeft.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("members")) {
                    return members(host.resolve(".."));
                  }
                  try {
                    return method.invoke(listed, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    try (ApiServer _ = ApiServer.start(host.resolve("weft.sock"), service)) {
      new CountDownLatch(1).await();
    }
  }

  private static List<MemberView> members(Path lab) throws IOException {
    List<MemberView> members = new ArrayList<>();
    try (Stream<Path> hosts = Files.list(lab)) {
      for (Path host : hosts.sorted().toList()) {
        if (Files.exists(host.resolve("started"))) {
          String name = host.getFileName().toString();
          members.add(
              new MemberView(name, name, "10.99.0.1:7940", "alive", 1, 1, 1, -1, new TreeMap<>()));
        }
      }
    }
    return members;
  }
}
