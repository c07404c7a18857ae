package io.weft.node.cli;

import io.weft.node.lab.LabOptions;
import picocli.CommandLine.Option;

/** What a lab looks like. */
final class LabShapeOptions {
  /** The data-plane drivers; see the interface contract. */
  enum Driver {
    auto,
    kernel,
    user,
    clear
  }

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many hosts (default: ${DEFAULT-VALUE}).")
  private int hosts = 3;

  @Option(
      names = "--driver",
      paramLabel = "D",
      defaultValue = "auto",
      description =
          "Data plane: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); clear does not encrypt.")
  private Driver driver = Driver.auto;

  @Option(
      names = "--underlay-mtu",
      paramLabel = "BYTES",
      defaultValue = "1500",
      description = "MTU of the wires between the hosts (default: ${DEFAULT-VALUE}).")
  private int underlayMtu = 1500;

  LabOptions options(String name) {
    return new LabOptions(name, hosts, driver.name(), underlayMtu);
  }
}
