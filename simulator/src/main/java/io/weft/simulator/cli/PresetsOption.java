package io.weft.simulator.cli;

import io.weft.simulator.detector.Preset;
import java.util.List;
import picocli.CommandLine.Option;

/** Which detectors are compared. */
final class PresetsOption {
  @Option(
      names = "--presets",
      split = ",",
      paramLabel = "NAME",
      description = "Which detectors; default: ${DEFAULT-VALUE}.")
  private List<String> presets;

  PresetsOption(Preset... unlessSaid) {
    presets = Experiments.titles(unlessSaid);
  }

  List<Preset> chosen() {
    return Experiments.several("--presets", presets, Preset.values());
  }
}
