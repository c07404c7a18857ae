package io.weft.node.lab;

/** The configuration that the agent of a lab's host runs with. */
final class AgentConfigFile {
  /** Where agents listen for each other; each host has an address of its own. */
  static final int GOSSIP_PORT = 7940;

  private AgentConfigFile() {}

  static String text(LabFolder folder, int host, LabOptions options) {
    return """
        # Written by 'weft lab up'.
        cluster: %s
        name: host%d
        dataDir: %s
        socket: %s
        advertise: %s
        driver: %s
        """
        .formatted(
            "lab-" + options.name(),
            host,
            folder.host(host).resolve("data"),
            folder.socket(host),
            LabNetwork.address(host).getHostAddress(),
            options.driver());
  }
}
