package io.weft.overlay.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.Member;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.QueryResult;
import io.weft.gossip.UserEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' events and queries among hosts. */
class UserDeskTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(71, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Answer<Long> firing(int number, String name, int payloadBytes) {
    Answer<Long> answer = new Answer<>();
    world.get(number).put(new HostInput.FireEvent(name, new byte[payloadBytes], answer));
    return answer;
  }

  private QueryResult asked(int number, String name, QueryFilter whom) {
    Answer<QueryResult> answer = new Answer<>();
    world.get(number).put(new HostInput.Ask(name, new byte[0], whom, 0, answer));
    return world.await(answer).granted();
  }

  private static List<UserEvent> userEvents(SimHost host) {
    return host.events.stream()
        .filter(e -> e.type().equals("user-event"))
        .map(HostEvent::userEvent)
        .filter(Objects::nonNull)
        .toList();
  }

  @Test
  void anEventIsToldOnAllHostsOnceAndMakesNoPlan() {
    world.grown(3);
    world.run(5_000);
    long plans = world.get(2).planVersion;
    assertThat(world.await(firing(1, "deploy", 100)).granted()).isEqualTo(1);
    world.run(5_000);
    for (int number = 1; number <= 3; number++) {
      assertThat(userEvents(world.get(number)))
          .singleElement()
          .satisfies(
              e -> {
                assertThat(e.name()).isEqualTo("deploy");
                assertThat(e.payload()).hasSize(100);
                assertThat(e.from()).isEqualTo(world.get(1).id);
                assertThat(e.ltime()).isEqualTo(1);
              });
    }
    assertThat(world.get(2).planVersion).isEqualTo(plans);
  }

  @Test
  void whatIsTooLongIsRefusedAsInvalid() {
    world.founded();
    Refusal refusal = world.await(firing(1, "big", 510)).refusal();
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
    assertThat(refusal.message())
        .isEqualTo("event 'big' has 513 bytes of name and payload; at most 512 are told on");
  }

  @Test
  void aLabelWithoutValueNeverComesSoFarAsToTheHost() throws Exception {
    TreeMap<String, String> labels = new TreeMap<>();
    // As what reads JSON may do it, which knows no types that are never null.
    TreeMap.class.getMethod("put", Object.class, Object.class).invoke(labels, "zone", null);
    assertThatThrownBy(() -> new QueryFilter(new TreeSet<>(), labels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 'zone' of the filter has no value; give it one, or leave it out");
  }

  @Test
  void pingIsAnsweredByAllWithNameAndVersionAndAnotherQueryIsOnlyAcknowledged() {
    world.grown(3);
    QueryResult ping = asked(1, "ping", QueryFilter.ALL);
    assertThat(ping.missing()).isEmpty();
    assertThat(
            ping.responses().stream()
                .map(QueryResult.Response::answer)
                .filter(Objects::nonNull)
                .map(answer -> new String(answer, UTF_8)))
        .containsExactlyInAnyOrderElementsOf(
            world.live().stream().map(h -> h.identity.name() + " test").toList());

    QueryResult other = asked(2, "other", QueryFilter.ALL);
    assertThat(other.responses()).hasSize(3);
    assertThat(other.answers()).isZero();
  }

  @Test
  void aQueryAsksThoseThatAreNamedOrLabelledAndNamesWhoIsSilent() {
    world.founded();
    world.joined(2, 1);
    world.get(2).crash();
    world.get(2).labels = new TreeMap<>(Map.of("zone", "b"));
    world.get(2).start();
    world.until(
        "the label is known",
        () ->
            world.get(1).core().members().stream()
                .anyMatch(m -> m.labels().equals(world.get(2).labels)));
    QueryFilter labelled = new QueryFilter(new TreeSet<>(), world.get(2).labels);
    assertThat(asked(1, "ping", labelled).responses())
        .singleElement()
        .satisfies(r -> assertThat(r.id()).isEqualTo(world.get(2).id));

    world.get(2).crash();
    QueryFilter named = new QueryFilter(new TreeSet<>(List.of(world.get(2).id)), new TreeMap<>());
    QueryResult silent = asked(1, "ping", named);
    assertThat(silent.responses()).isEmpty();
    assertThat(silent.missing().stream().map(Member::id)).containsExactly(world.get(2).id);
  }
}
