package io.weft.simulator.cli;

import io.weft.gossip.testing.CheapSigner;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.Scenarios;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How people see a run's result. */
final class RunText {
  /** More notes than this are only counted. */
  private static final int MAX_NOTES = 30;

  private RunText() {}

  /** What was drawn, before the run. */
  static String drawn(Scenario scenario) {
    return Scenarios.write(scenario)
        .lines()
        .map(l -> "  | " + l + "\n")
        .collect(Collectors.joining());
  }

  static String of(RunView view, Scenario scenario) {
    StringBuilder text = new StringBuilder();
    line(text, String.format(Locale.ROOT, "scenario   %s, seed %d", view.scenario(), view.seed()));
    line(
        text,
        String.format(
            Locale.ROOT,
            "ran        %.1f virtual seconds in %.2f s (%.0f times real time), %d events",
            view.virtualSeconds(),
            view.wallSeconds(),
            view.virtualSeconds() / Math.max(1e-9, view.wallSeconds()),
            view.events()));
    line(text, String.format(Locale.ROOT, "trace      %s", view.traceHash()));
    line(text, "simplified " + CheapSigner.SIMPLIFIED);
    if (!view.sometimes().isEmpty()) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "sometimes  %s",
              pairs(view.sometimes().entrySet().stream().map(Object::toString).toList())));
    }
    for (var rate : view.rates().entrySet()) {
      line(
          text,
          String.format(Locale.ROOT, "rate       %s = %s", rate.getKey(), number(rate.getValue())));
    }
    List<String> notes = view.notes();
    notes.stream()
        .limit(MAX_NOTES)
        .forEach(n -> line(text, String.format(Locale.ROOT, "note       %s", n)));
    if (notes.size() > MAX_NOTES) {
      line(
          text,
          String.format(
              Locale.ROOT, "note       and %d more (-o json shows all)", notes.size() - MAX_NOTES));
    }
    List<String> missed =
        scenario.expect().sometimes().stream()
            .filter(m -> view.sometimes().getOrDefault(m, 0L) == 0)
            .toList();
    if (!missed.isEmpty()) {
      line(
          text,
          String.format(
              Locale.ROOT, "note       not met in this run: %s", String.join(", ", missed)));
    }
    for (RunView.ViolationView violation : view.violations()) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "VIOLATED   %s at %.3f s: %s",
              violation.invariant(),
              violation.at(),
              violation.detail()));
    }
    if (view.report() != null) {
      line(text, String.format(Locale.ROOT, "report     %s", view.report()));
    }
    if (view.violations().isEmpty()) {
      line(text, String.format(Locale.ROOT, "ok         every invariant held"));
    } else {
      line(text, String.format(Locale.ROOT, "replay     %s", view.replay()));
    }
    return text.toString();
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String pairs(List<String> pairs) {
    return String.join(", ", pairs);
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
