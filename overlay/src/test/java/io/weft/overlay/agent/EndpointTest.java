package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints come to be in order, or not at all. */
class EndpointTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(11, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void network() {
    world.founded();
    world.submit(1, CreateNetwork.named("blue"));
  }

  private static AttachOrder named(AttachOrder order, String name) {
    return new AttachOrder(
        order.id(), order.network(), order.netns(), order.ifName(), null, name, order.labels());
  }

  private static AttachOrder withIp(AttachOrder order, String ip) {
    return new AttachOrder(
        order.id(), order.network(), order.netns(), order.ifName(), ip, null, order.labels());
  }

  private static String ip(LocalEndpoint endpoint) {
    return endpoint.record().ips().getFirst().getHostAddress();
  }

  /** What was read of a record once counts only while the record says the same. */
  @Test
  void anEndpointThatWasMadeAnewUnderItsIdIsSeenAnewByOthers() {
    network();
    world.joined(2, 1);
    SimHost other = world.get(2);
    world.until("it knows the network", () -> !other.registry().networks().isEmpty());
    AttachOrder order = named(world.order("blue"), "first");
    world.await(world.attaching(2, order)).granted();
    world.until("1 sees it", () -> namesOf(2).equals(List.of("first")));

    world.network.cut(2); // for so short that nobody is suspected, and 1 hears only the last
    Answer<LocalEndpoint> detached = new Answer<>();
    other.put(new HostInput.Detach(order.id(), detached));
    world.await(detached).granted();
    world.await(world.attaching(2, named(order, "second"))).granted();
    world.network.heal();
    world.until("1 sees what it is now", () -> namesOf(2).equals(List.of("second")));
  }

  private List<String> namesOf(int number) {
    return world.get(1).core().endpoints().getOrDefault(world.get(number).id, List.of()).stream()
        .map(EndpointRecord::name)
        .toList();
  }

  @Test
  void anInterfaceNameThatIsNoneIsRefusedBeforeABlockIsLeased() {
    network();
    AttachOrder order = world.order("blue");
    for (String name : List.of("", "much-too-long-a-name", "a/b", "..", "a b")) {
      AttachOrder bad =
          new AttachOrder(
              order.id(), order.network(), order.netns(), name, null, null, order.labels());
      assertThat(world.await(world.attaching(1, bad)).refusal().kind())
          .as("'%s'", name)
          .isEqualTo(Refusal.Kind.INVALID);
    }
    assertThat(world.get(1).registry().leases()).isEmpty();
  }

  @Test
  void theLeaseComesFirstTheAddressIsOnDiskBeforeTheWireAndThePlanBeforeTheAnswer() {
    network();
    SimHost host = world.get(1);
    host.trail.clear();
    AttachOrder order = world.order("blue");
    Answer<LocalEndpoint> answer = world.attaching(1, order);
    world.until("an answer", answer::isThere);

    assertThat(host.registry().leasesOf(answer.granted().record().networkId(), host.id))
        .as("INV-IPAM-2")
        .hasSize(1);
    List<String> trail =
        host.trail.stream()
            .filter(t -> !t.startsWith("send") && !t.startsWith("applied 1"))
            .filter(t -> !t.startsWith("save registry"))
            .toList();
    assertThat(trail.subList(0, 3))
        .as("INV-IPAM-1")
        .containsExactly("save endpoints 1", "wire " + order.id(), "save endpoints 1");
    assertThat(trail.get(3)).isEqualTo("plan 2");
    assertThat(host.trail).contains("applied 2");
    assertThat(host.plan).isNotNull();
  }

  @Test
  void endpointsAreGossipedAndPlannedAtHostsThatShareTheNetwork() {
    network();
    world.joined(2, 1);
    LocalEndpoint here = world.attached(1, "blue");
    LocalEndpoint there = world.attached(2, "blue");

    world.until("host 2 reaches it", () -> world.get(2).reachable().equals(List.of(ip(here))));
    world.until("host 1 reaches it", () -> world.get(1).reachable().equals(List.of(ip(there))));
    assertThat(world.await(world.detaching(1, here.record().id())).granted()).isEqualTo(here);
    world.until("it is gone at host 2", () -> world.get(2).reachable().isEmpty());
    assertThat(world.get(1).interfaces).isEmpty();
    assertThat(world.get(1).saved.endpoints()).isEmpty();
  }

  @Test
  void anAddressIsTakenUntilItsInterfaceIsGoneINVIPAM1() {
    network();
    SimHost host = world.get(1);
    LocalEndpoint first = world.attached(1, "blue");
    String ip = ip(first);
    host.unwireError = "device or resource busy";
    Refusal refusal = world.await(world.detaching(1, first.record().id())).refusal();
    assertThat(refusal.message()).contains("is still there", "device or resource busy");
    assertThat(host.interfaces).containsExactly(first.record().id());
    assertThat(world.await(world.attaching(1, world.order("blue", ip))).refusal().message())
        .contains(ip);

    host.unwireError = null;
    world.run(2 * Detachments.RETRY_MILLIS);
    assertThat(host.interfaces).isEmpty();
    assertThat(world.await(world.attaching(1, world.order("blue", ip))).granted()).isNotNull();
  }

  @Test
  void aRemovalThatNeverEndsIsToldAndNotOrderedOnceMore() {
    network();
    SimHost host = world.get(1);
    LocalEndpoint endpoint = world.attached(1, "blue");
    host.wirerStuck = true;
    Refusal refusal = world.await(world.detaching(1, endpoint.record().id())).refusal();
    assertThat(refusal.message()).contains("not removed in time");
    world.run(10 * Detachments.RETRY_MILLIS);
    assertThat(host.trail).containsOnlyOnce("unwire " + endpoint.record().id());
  }

  @Test
  void allIsTakenBackWhenTheInterfacesCannotBeMade() {
    network();
    SimHost host = world.get(1);
    host.wireError = "no such network namespace";
    Refusal refusal = world.await(world.attaching(1, world.order("blue"))).refusal();

    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FAILED);
    assertThat(refusal.message()).contains("no such network namespace");
    assertThat(host.saved.endpoints()).isEmpty();
    assertThat(host.core().localEndpoints()).isEmpty();
    assertThat(host.trail.getLast()).startsWith("save");
  }

  @Test
  void allIsTakenBackWhenTheWirerNeverAnswers() {
    network();
    SimHost host = world.get(1);
    host.wirerStuck = true;
    Refusal refusal = world.await(world.attaching(1, world.order("blue"))).refusal();

    assertThat(refusal.message()).contains("not made in time");
    assertThat(host.saved.endpoints()).isEmpty();
  }

  @Test
  void allIsTakenBackWhenTheDataPlaneFailsAndThePlanIsMadeAnewInTheSameStep() {
    network();
    SimHost host = world.get(1);
    host.applyFailures = List.of(new PlanFailure(null, "no room in the kernel"));
    Refusal refusal = world.await(world.attaching(1, world.order("blue"))).refusal();

    assertThat(refusal.message()).contains("no room in the kernel");
    assertThat(host.interfaces).isEmpty();
    assertThat(host.saved.endpoints()).isEmpty();
    assertThat(host.plan).isNotNull();
    assertThat(host.plan == null ? List.of() : host.plan.networks()).isEmpty();
  }

  @Test
  void whatFailsForAnotherNetworkStandsInNobodysWay() {
    network();
    SimHost host = world.get(1);
    host.applyFailures = List.of(new PlanFailure("wfb4711", "wfb4711 is another's"));
    LocalEndpoint endpoint = world.await(world.attaching(1, world.order("blue"))).granted();

    host.applyFailures =
        List.of(new PlanFailure("wfb" + endpoint.record().vni(), "this one is another's"));
    assertThat(world.await(world.attaching(1, world.order("blue"))).refusal().message())
        .contains("this one is another's");
    assertThat(host.saved.endpoints()).hasSize(1);
  }

  @Test
  void allIsTakenBackWhenTheDataPlaneDoesNotAnswer() {
    network();
    SimHost host = world.get(1);
    host.dataPlaneStuck = true;
    Refusal refusal = world.await(world.attaching(1, world.order("blue"))).refusal();

    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FAILED);
    assertThat(host.interfaces).isEmpty();
    assertThat(host.saved.endpoints()).isEmpty();
  }

  @Test
  void anAddressThatIsAskedForIsGivenOnce() {
    network();
    String wanted = ip(world.attached(1, "blue")).replaceFirst("[0-9]+$", "77");
    assertThat(ip(world.await(world.attaching(1, withIp(world.order("blue"), wanted))).granted()))
        .isEqualTo(wanted);
    assertThat(
            world
                .await(world.attaching(1, withIp(world.order("blue"), wanted)))
                .refusal()
                .message())
        .contains("in use");
    assertThat(
            world
                .await(world.attaching(1, withIp(world.order("blue"), "nonsense")))
                .refusal()
                .kind())
        .isEqualTo(Refusal.Kind.INVALID);
    assertThat(
            world
                .await(world.attaching(1, withIp(world.order("blue"), "fd00::1")))
                .refusal()
                .kind())
        .isEqualTo(Refusal.Kind.INVALID);
  }

  @Test
  void anAddressThatWasGivenBackIsNotGivenAgainAtOnceNorAfterARestart() {
    network();
    LocalEndpoint first = world.attached(1, "blue");
    world.await(world.detaching(1, first.record().id())).granted();
    LocalEndpoint second = world.attached(1, "blue");
    assertThat(ip(second)).isNotEqualTo(ip(first));
    world.await(world.detaching(1, second.record().id())).granted();
    world.get(1).crash();
    world.get(1).restart();
    world.until("the engine is back", () -> world.leader() != null);
    LocalEndpoint third = world.attached(1, "blue");
    assertThat(ip(third)).isNotIn(ip(first), ip(second));

    String asked = ip(third).replaceFirst("([0-9]+)$", "4");
    assertThat(ip(third)).endsWith(".3");
    LocalEndpoint fourth =
        world.await(world.attaching(1, withIp(world.order("blue"), asked))).granted();
    world.await(world.detaching(1, fourth.record().id())).granted();
    assertThat(ip(world.attached(1, "blue"))).as("also one that was asked for").endsWith(".5");
  }

  @Test
  void aFullBlockLeadsToAnAdditionalOne() {
    world.founded();
    world.submit(1, new CreateNetwork("small", null, null, 0, 0, 30));
    for (int i = 0; i < 6; i++) {
      world.attached(1, "small");
    }
    assertThat(world.get(1).registry().leases()).hasSizeGreaterThan(1);
    assertThat(world.get(1).saved.endpoints().stream().map(EndpointTest::ip))
        .doesNotHaveDuplicates();
  }

  @Test
  void twoOrdersOfOneNameAtOnceGiveOneEndpointAlsoWhileTheLeaseOrTheWireIsAwaited() {
    network();
    for (int round = 0; round < 2; round++) {
      String name = "web" + round;
      Answer<LocalEndpoint> first = world.attaching(1, named(world.order("blue"), name));
      Answer<LocalEndpoint> second = world.attaching(1, named(world.order("blue"), name));
      world.await(first);
      world.await(second);
      assertThat(first.granted().record().name()).isEqualTo(name);
      assertThat(second.refusal().message()).contains("named '" + name + "'");
    }
    assertThat(world.get(1).saved.endpoints()).hasSize(2);
  }

  @Test
  void anIdThatIsTooShortOrTakenIsRefusedAndNothingIsThrown() {
    network();
    for (String id : List.of("", "abc", "0123456789ABC", "../../../../etc")) {
      AttachOrder order =
          new AttachOrder(id, "blue", "/netns/x", "eth0", null, null, new TreeMap<>());
      assertThat(world.await(world.attaching(1, order)).refusal().kind())
          .isEqualTo(Refusal.Kind.INVALID);
    }
    AttachOrder shortest =
        new AttachOrder("0123456789a", "blue", "/netns/x", "eth0", null, null, new TreeMap<>());
    assertThat(world.await(world.attaching(1, shortest)).granted().record().name())
        .isEqualTo("0123456789a");
    AttachOrder sameDevice =
        new AttachOrder("0123456789abb", "blue", "/netns/y", "eth0", null, "y", new TreeMap<>());
    assertThat(world.await(world.attaching(1, sameDevice)).refusal().message())
        .contains("choose another id");
  }

  @Test
  void labelsThatOthersWouldNotTakeAreRefusedAndNothingIsThrown() {
    network();
    TreeMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < 64; i++) {
      labels.put("key" + i, "\u20ac".repeat(255));
    }
    AttachOrder order =
        new AttachOrder("0123456789ab", "blue", "/netns/x", "eth0", null, null, labels);
    assertThat(world.await(world.attaching(1, order)).refusal().message()).contains("fewer labels");
    assertThat(world.get(1).saved.endpoints()).isEmpty();
  }

  @Test
  void anEndpointThatIsDetachedWhileItsPlanIsAwaitedIsNotSaidToBeThere() {
    network();
    world.get(1).applyDelayMillis = 5_000;
    Answer<LocalEndpoint> attach = world.attaching(1, named(world.order("blue"), "web"));
    world.until("it is wired", () -> !world.get(1).core().localEndpoints().isEmpty());
    world.await(world.detaching(1, "web")).granted();

    assertThat(world.await(attach).refusal().message()).contains("detached meanwhile");
    world.run(20_000);
    assertThat(world.get(1).core().localEndpoints()).isEmpty();
  }

  @Test
  void endpointsSurviveACrashWithTheirAddresses() {
    network();
    LocalEndpoint endpoint = world.attached(1, "blue");
    world.get(1).crash();
    world.get(1).restart();
    world.until("the engine is back", () -> world.leader() != null);

    assertThat(world.get(1).core().localEndpoints()).containsExactly(endpoint);
    assertThat(ip(world.attached(1, "blue"))).as("INV-IPAM-1").isNotEqualTo(ip(endpoint));
  }

  @Test
  void anEndpointThatWasHalfMadeAtACrashIsTakenBackAtTheNextStart() {
    network();
    SimHost host = world.get(1);
    host.wirerStuck = true;
    AttachOrder order = world.order("blue");
    world.attaching(1, order);
    world.until("it is on disk", () -> host.saved.endpoints().size() == 1);
    host.interfaces.add(order.id()); // the kernel was quicker than the answer
    host.crash();
    host.wirerStuck = false;
    host.restart();
    world.until("the engine is back", () -> world.leader() != null);

    assertThat(host.core().localEndpoints()).isEmpty();
    assertThat(host.saved.endpoints()).isEmpty();
    assertThat(host.interfaces).as("INV-IPAM-1").isEmpty();
    world.attached(1, "blue");
  }

  @Test
  void aNameThatCouldSteerATerminalOrAPathIsRefused() {
    network();
    for (String name : List.of("", "\u001b[2J", "../../x", "a b", "-x", "x".repeat(300))) {
      Refusal refusal = world.await(world.attaching(1, named(world.order("blue"), name))).refusal();
      assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
      assertThat(refusal.message()).contains("name is 1 to");
    }
    assertThat(world.get(1).saved.endpoints()).isEmpty();
  }

  @Test
  void anEndpointIsDetachedByAStartOfItsIdThatIsItsAlone() {
    network();
    for (String id : List.of("0123aaaaaaaa", "0123bbbbbbbb", "4567cccccccc")) {
      world
          .await(
              world.attaching(
                  1, new AttachOrder(id, "blue", "/ns/x", "eth0", null, "n" + id, new TreeMap<>())))
          .granted();
    }
    Refusal ambiguous = world.await(world.detaching(1, "0123")).refusal();
    assertThat(ambiguous.kind()).isEqualTo(Refusal.Kind.INVALID);
    assertThat(ambiguous.message()).contains("several", "0123aaaaaaaa, 0123bbbbbbbb");
    assertThat(world.await(world.detaching(1, "456")).refusal().kind())
        .as("too short")
        .isEqualTo(Refusal.Kind.NOT_FOUND);

    assertThat(world.await(world.detaching(1, "4567")).granted().record().id())
        .isEqualTo("4567cccccccc");
    assertThat(world.await(world.detaching(1, "0123b")).granted().record().id())
        .isEqualTo("0123bbbbbbbb");
    assertThat(world.await(world.detaching(1, "n0123aaaaaaaa")).granted().record().id())
        .isEqualTo("0123aaaaaaaa");
  }

  @Test
  void aNameComesBeforeTheStartOfAnId() {
    network();
    for (String id : List.of("cafeaaaaaaaa", "4567cccccccc")) {
      String name = id.startsWith("4567") ? "cafe" : "other";
      world
          .await(
              world.attaching(
                  1, new AttachOrder(id, "blue", "/ns/x", "eth0", null, name, new TreeMap<>())))
          .granted();
    }
    assertThat(world.await(world.detaching(1, "cafe")).granted().record().id())
        .isEqualTo("4567cccccccc");
  }

  @Test
  void anUnknownNetworkOrEndpointIsNotFound() {
    world.founded();
    assertThat(world.await(world.attaching(1, world.order("none"))).refusal().kind())
        .isEqualTo(Refusal.Kind.NOT_FOUND);
    assertThat(world.await(world.detaching(1, "none")).refusal().kind())
        .isEqualTo(Refusal.Kind.NOT_FOUND);
    assertThat(
            world.await(world.begin(1, new RegistryCommand.RemoveNetwork("none"))).refusal().kind())
        .isEqualTo(Refusal.Kind.NOT_FOUND);
  }
}
