package io.weft.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @Test
  void a_line_has_the_documented_keys_in_order() {
    Operation read =
        new Operation(
            3,
            1_500,
            "client-1",
            OperationType.OK,
            MembersRead.F,
            new MembersRead("h1", new TreeMap<>(java.util.Map.of("h1", "alive"))).toJson(),
            null);

    assertThat(HistoryCodec.format(read))
        .isEqualTo(
            "{\"index\":3,\"time\":1500,\"process\":\"client-1\",\"type\":\"ok\",\"f\":\"members\","
                + "\"value\":{\"observer\":\"h1\",\"members\":{\"h1\":\"alive\"}},\"error\":null}");
  }

  @Test
  void a_recorded_history_is_read_back_as_it_was(@TempDir Path dir) throws IOException {
    AtomicLong clock = new AtomicLong();
    HistoryRecorder recorder = new HistoryRecorder(() -> clock.getAndAdd(10));
    recorder.invoke(Operation.NEMESIS, "partition", null);
    recorder.invoke("a", MembersRead.F, null);
    recorder.ok(
        Operation.NEMESIS,
        "partition",
        new Fault.Partition(List.of(List.of("h1"), List.of("h2", "h3"))).toJson());
    recorder.fail("a", MembersRead.F, "cannot reach the agent");
    Path file = dir.resolve("history.jsonl");

    HistoryCodec.write(file, recorder.history());

    assertThat(HistoryCodec.read(file)).isEqualTo(recorder.history());
  }

  @Test
  void every_fault_comes_back_from_its_json() {
    List<Fault> faults =
        List.of(
            new Fault.Cluster(List.of("h1", "h2")),
            new Fault.Partition(List.of(List.of("h1"), List.of("h2"))),
            new Fault.Heal(),
            new Fault.Crash(List.of("h1")),
            new Fault.Restart(List.of("h1")));

    for (Fault fault : faults) {
      Operation operation =
          new Operation(0, 0, Operation.NEMESIS, OperationType.OK, fault.f(), fault.toJson(), null);
      Operation read = HistoryCodec.parse(HistoryCodec.format(operation), 1);
      assertThat(Fault.of(read)).contains(fault);
    }
  }

  @Test
  void a_process_that_ended_in_info_is_not_used_again() {
    HistoryRecorder recorder = new HistoryRecorder(() -> 0);
    recorder.invoke("a", "members", null);
    recorder.info("a", "members", "timed out");

    assertThatThrownBy(() -> recorder.invoke("a", "members", null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended in info");
  }

  @Test
  void a_malformed_file_is_refused_with_the_line_and_the_reason(@TempDir Path dir)
      throws IOException {
    assertRefused(dir, "nonsense", "line 1 is no JSON object");
    assertRefused(dir, "[1]", "line 1 is no JSON object");
    assertRefused(
        dir,
        "{\"index\":0,\"time\":1,\"process\":\"a\",\"type\":\"maybe\",\"f\":\"x\"}",
        "type is 'maybe', not one of invoke, ok, fail, info");
    assertRefused(
        dir,
        "{\"index\":0.5,\"time\":1,\"process\":\"a\",\"type\":\"ok\",\"f\":\"x\"}",
        "no whole number under 'index'");
    assertRefused(
        dir, "{\"index\":0,\"time\":1,\"type\":\"ok\",\"f\":\"x\"}", "no text under 'process'");
    assertRefused(
        dir,
        "{\"index\":7,\"time\":1,\"process\":\"a\",\"type\":\"invoke\",\"f\":\"x\"}",
        "has index 7 where 0 comes next");
    assertRefused(
        dir,
        "{\"index\":0,\"time\":1,\"process\":\"a\",\"type\":\"ok\",\"f\":\"x\"}",
        "ends 'x', which its process did not invoke");
  }

  @Property
  void any_operation_survives_the_codec(@ForAll("operations") Operation operation) {
    assertThat(HistoryCodec.parse(HistoryCodec.format(operation), 1)).isEqualTo(operation);
  }

  @Provide
  Arbitrary<Operation> operations() {
    Arbitrary<String> text = Arbitraries.strings().ofMinLength(1).ofMaxLength(20);
    Arbitrary<MembersRead> reads =
        Combinators.combine(text, Arbitraries.maps(text, text).ofMaxSize(4))
            .as((observer, states) -> new MembersRead(observer, new TreeMap<>(states)));
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.longs(),
            text,
            Arbitraries.of(OperationType.values()),
            text,
            reads.injectNull(0.3),
            text.injectNull(0.5))
        .as(
            (index, time, process, type, f, read, error) ->
                new Operation(
                    index, time, process, type, f, read == null ? null : read.toJson(), error));
  }

  private static void assertRefused(Path dir, String content, String reason) throws IOException {
    Path file = dir.resolve("bad.jsonl");
    Files.writeString(file, content + "\n");
    assertThatThrownBy(() -> HistoryCodec.read(file))
        .isInstanceOf(MalformedHistoryException.class)
        .hasMessageContaining(reason);
  }
}
