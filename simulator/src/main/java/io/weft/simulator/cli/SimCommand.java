package io.weft.simulator.cli;

import io.weft.node.cli.CommandGroup;
import picocli.CommandLine.Command;

/** {@code weft sim}. */
@Command(
    name = "sim",
    description = {
      "Run the whole control plane of several hosts in virtual time, through partitions and crashes.",
      "The same scenario and seed take the same way on every run and machine."
    },
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      RunCommand.class,
      SweepCommand.class,
      ReplayCommand.class,
      ShrinkCommand.class,
      ExperimentCommand.class,
      SpeedCommand.class,
      DetectorsCommand.class,
      CoordinatesCommand.class,
      RapidCommand.class,
      EndpointsCommand.class
    },
    footer = {"", "Example:", "  weft sim run minority-keeps-working --seed 7"})
final class SimCommand extends CommandGroup {}
