package io.weft.overlay.check;

import static io.weft.overlay.check.Cluster.host;
import static io.weft.overlay.check.Cluster.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.overlay.check.AddressFinding.Kind;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.RegistryCommand;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of finding: what is found, and the nearest thing that is none. */
class AddressCheckTest {
  /** Blue has four blocks of a /30; hosts 1 and 2 hold the first two. */
  private final Cluster cluster =
      new Cluster(3).network("blue", "10.32.0.0/28").lease("blue", 1).lease("blue", 2);

  private List<AddressFinding> found() {
    return cluster.check().findings();
  }

  private AddressFinding only() {
    assertThat(found()).hasSize(1);
    return found().getFirst();
  }

  private SubnetUse blue() {
    return cluster.check().subnets().getFirst();
  }

  private void fillFirstBlock() {
    cluster
        .endpoint(1, "blue", "10.32.0.1")
        .endpoint(1, "blue", "10.32.0.2")
        .endpoint(1, "blue", "10.32.0.3");
  }

  @Test
  void whatFitsIsCountedAndNothingIsFound() {
    cluster.endpoint(1, "blue", "10.32.0.1").endpoint(1, "blue", "10.32.0.2");
    cluster.endpoint(2, "blue", "10.32.0.4");
    assertThat(found()).isEmpty();
    assertThat(blue())
        .isEqualTo(new SubnetUse("blue", AddressBlock.parse("10.32.0.0/28"), 4, 2, 0, 0, 2, 3, 3));
  }

  @Test
  void bothFamiliesOfANetworkAreCountedEachForItself() {
    cluster.run(
        new RegistryCommand.CreateNetwork(
            "dual", AddressBlock.parse("10.40.0.0/16"), AddressBlock.parse("fd00::/64"), 0, 0, 0));
    cluster.lease("dual", 1).endpoint(1, "dual", "10.40.0.1", "fd00::1");
    assertThat(found()).isEmpty();
    assertThat(cluster.check().subnets().subList(1, 3))
        .containsExactly(
            new SubnetUse("dual", AddressBlock.parse("10.40.0.0/16"), 256, 1, 0, 0, 255, 1, 1),
            new SubnetUse("dual", AddressBlock.parse("fd00::/64"), 65_536, 1, 0, 0, 65_535, 1, 1));
  }

  @Test
  void anAddressThatTwoHaveIsFoundOnceAndTheOneWithoutTheBlockIsToGo() { // INV-IPAM-1
    cluster.endpoint(1, "blue", "10.32.0.5").endpoint(2, "blue", "10.32.0.5");
    AddressFinding finding = only();
    assertThat(finding.kind()).isEqualTo(Kind.CONFLICT);
    assertThat(finding.block()).isEqualTo(AddressBlock.parse("10.32.0.4/30"));
    assertThat(finding.address()).isEqualTo(IpAddress.parse("10.32.0.5"));
    assertThat(finding.hosts()).containsExactly(host(1), host(2));
    assertThat(finding.wrong())
        .isEqualTo(
            "10.32.0.5 is claimed by endpoint %s of host1 and by endpoint %s of host2"
                .formatted(id(1, "10.32.0.5"), id(2, "10.32.0.5")));
    assertThat(finding.mend())
        .isEqualTo(
            "if it is still so at a second look, on host1: 'weft detach %s', then attach it again",
            id(1, "10.32.0.5"));
    assertThat(blue().endpoints()).isEqualTo(2);
    assertThat(blue().addresses()).isEqualTo(1);
  }

  @Test
  void anAddressThatTwoOfOneHostHaveIsAConflictAsWell() {
    cluster.endpoint(1, "blue", "10.32.0.1");
    cluster.endpoint(1, "blue", "10.32.0.2", "10.32.0.1");
    assertThat(only().kind()).isEqualTo(Kind.CONFLICT);
    assertThat(only().hosts()).containsExactly(host(1));
    assertThat(only().mend()).contains(id(1, "10.32.0.2")).doesNotContain(id(1, "10.32.0.1"));
  }

  @Test
  void oneAddressInTwoNetworksIsNoConflict() {
    cluster.run(new RegistryCommand.RemoveNetwork("blue"));
    cluster.network("red", "10.32.0.0/28").lease("red", 2);
    cluster.endpoint(2, "red", "10.32.0.1");
    cluster.endpointIn(1, "net-gone", 1, "10.32.0.1");
    assertThat(found()).extracting(AddressFinding::kind).containsExactly(Kind.NO_NETWORK);
  }

  @Test
  void anAddressInABlockOfAnotherIsAStray() { // INV-IPAM-2
    cluster.endpoint(1, "blue", "10.32.0.5");
    AddressFinding finding = only();
    assertThat(finding.kind()).isEqualTo(Kind.STRAY);
    assertThat(finding.network()).isEqualTo("blue");
    assertThat(finding.block()).isEqualTo(AddressBlock.parse("10.32.0.4/30"));
    assertThat(finding.hosts()).containsExactly(host(1));
    assertThat(finding.wrong()).endsWith(" of host1 has 10.32.0.5, which lies in a block of host2");
    assertThat(finding.mend())
        .isEqualTo(
            "if it is still so at a second look, on host1: 'weft detach %s', then attach it again",
            id(1, "10.32.0.5"));
  }

  @Test
  void anAddressInABlockThatRestsOrThatNobodyHoldsOrOutsideIsAStray() {
    cluster.run(new RegistryCommand.ReleaseHost(host(2)));
    cluster.endpoint(2, "blue", "10.32.0.5");
    assertThat(only().wrong()).endsWith("in a block that host2 no longer holds");
    cluster.endpoints.clear();
    cluster.endpoint(2, "blue", "10.32.0.14");
    assertThat(only().wrong()).endsWith("in a block that nobody holds");
    cluster.endpoints.clear();
    cluster.endpoint(2, "blue", "10.99.0.1");
    assertThat(only().wrong()).endsWith("outside the network");
    assertThat(found()).extracting(AddressFinding::kind).containsExactly(Kind.STRAY);
  }

  @Test
  void anEndpointThatIsYoungerThanTheRegistryHereIsNotHeldAgainstIt() {
    String blue = cluster.registry.networks().getFirst().id();
    cluster.endpointIn(3, blue, cluster.index + 1, "10.32.0.9");
    cluster.endpointIn(3, "net-new", cluster.index + 1, "10.50.0.1");
    assertThat(found()).isEmpty();
    cluster.index++;
    assertThat(found())
        .extracting(AddressFinding::kind)
        .containsExactly(Kind.STRAY, Kind.NO_NETWORK);
  }

  @Test
  void anEndpointOfANetworkThatIsNoMoreIsFound() {
    String blue = cluster.registry.networks().getFirst().id();
    cluster.endpoint(2, "blue", "10.32.0.5");
    cluster.run(new RegistryCommand.RemoveNetwork("blue"));
    AddressFinding finding = only();
    assertThat(finding.kind()).isEqualTo(Kind.NO_NETWORK);
    assertThat(finding.network()).isEqualTo(blue);
    assertThat(finding.wrong()).endsWith("of host2 is in network " + blue + ", which is no more");
    assertThat(finding.mend())
        .isEqualTo(
            "if it is still so at a second look, on host2: 'weft detach %s'", id(2, "10.32.0.5"));
  }

  @Test
  void aBlockOfAHostThatIsGoneIsAnOrphan() {
    for (MemberState state : MemberState.values()) {
      cluster.is(2, state);
      switch (state) {
        case ALIVE, SUSPECT -> assertThat(found()).isEmpty();
        case FAILED -> assertThat(only().wrong()).isEqualTo("host2 holds it, and has failed");
        case LEFT -> assertThat(only().wrong()).isEqualTo("host2 holds it, and has left");
      }
    }
    cluster.members.remove(host(2));
    AddressFinding finding = only();
    assertThat(finding.kind()).isEqualTo(Kind.ORPHAN);
    assertThat(finding.block()).isEqualTo(AddressBlock.parse("10.32.0.4/30"));
    assertThat(finding.hosts()).containsExactly(host(2));
    assertThat(finding.wrong()).isEqualTo("host2 holds it, and has not been heard of here");
    assertThat(finding.mend())
        .contains("'weft node revoke 020000000000'", "asked of a voter", "after 600 s");
    // And this does mend it.
    cluster.run(new RegistryCommand.RevokeHost(host(2)));
    assertThat(found()).isEmpty();
    assertThat(blue().fenced()).isEqualTo(1);
  }

  @Test
  void aBlockThatRestsIsNoFindingAndCountsAsFreeOnceItsTimeIsOver() {
    cluster.run(new RegistryCommand.ReleaseHost(host(2)));
    cluster.is(2, MemberState.LEFT);
    cluster.nowMillis += Cluster.QUARANTINE_MILLIS - 1;
    assertThat(found()).isEmpty();
    assertThat(blue().quarantined()).isEqualTo(1);
    assertThat(blue().free()).isEqualTo(2);
    cluster.nowMillis++;
    assertThat(found()).isEmpty();
    assertThat(blue().quarantined()).isZero();
    assertThat(blue().free()).isEqualTo(3);
  }

  @Test
  void anEmptyBlockIsALeakOnlyBesideOneWithRoom() {
    fillFirstBlock();
    cluster.leaseFurther("blue", 1);
    assertThat(found()).as("the first block is full").isEmpty();
    cluster.endpoints.clear();
    cluster.endpoint(1, "blue", "10.32.0.1").endpoint(1, "blue", "10.32.0.3");
    AddressFinding finding = only();
    assertThat(finding.kind()).isEqualTo(Kind.LEAK);
    assertThat(finding.block()).isEqualTo(AddressBlock.parse("10.32.0.8/30"));
    assertThat(finding.hosts()).containsExactly(host(1));
    assertThat(finding.mend()).contains("host1 uses it when the other is full");
    cluster.endpoint(1, "blue", "10.32.0.9");
    assertThat(found()).as("both are in use").isEmpty();
  }

  @Test
  void ofSeveralEmptyBlocksAHostMayKeepOne() {
    cluster.leaseFurther("blue", 1);
    assertThat(only().kind()).isEqualTo(Kind.LEAK);
    assertThat(only().block()).isEqualTo(AddressBlock.parse("10.32.0.8/30"));
  }

  @Test
  void aNetworkWithoutAFreeBlockIsFullAndItsHoldersAreNamed() {
    fillFirstBlock();
    cluster.leaseFurther("blue", 1);
    assertThat(found()).isEmpty();
    cluster.lease("blue", 3);
    AddressFinding finding = only();
    assertThat(finding.kind()).isEqualTo(Kind.FULL);
    assertThat(finding.block()).isNull();
    assertThat(finding.hosts()).containsExactly(host(1), host(2), host(3));
    assertThat(finding.wrong())
        .isEqualTo("no /30 is free in 10.32.0.0/28: host1 holds 2, host2 holds 1, host3 holds 1");
    assertThat(finding.mend())
        .startsWith("'weft leave' takes a host")
        .contains("weft network create");
  }

  @Test
  void aFullNetworkSaysWhenTheNextBlockIsFreeAndIsFullNoMoreFromThenOn() {
    cluster.lease("blue", 3);
    cluster.run(new RegistryCommand.ReleaseHost(host(2)));
    cluster.run(new RegistryCommand.RegisterHost(host(2), "host2"));
    cluster.lease("blue", 2);
    cluster.nowMillis += 1_500;
    assertThat(only().wrong()).endsWith("host3 holds 1, 1 in quarantine");
    assertThat(only().mend()).startsWith("one is free again in 599 s; ");
    cluster.nowMillis = 1_000 + Cluster.QUARANTINE_MILLIS;
    assertThat(found()).isEmpty();
  }

  @Test
  void theHoldersOfAFullNetworkAreNamedUpToABound() {
    Cluster large = new Cluster(16).network("wide", "10.64.0.0/26");
    for (int i = 1; i <= 16; i++) {
      large.lease("wide", i);
    }
    AddressFinding finding = large.check().findings().getFirst();
    assertThat(finding.hosts()).hasSize(16);
    assertThat(finding.wrong())
        .contains("host8 holds 1, 8 further hosts hold the others")
        .doesNotContain("host9");
  }

  @Test
  void theWorstComesFirst() {
    cluster.lease("blue", 3).is(3, MemberState.FAILED);
    cluster.leaseFurther("blue", 1).endpoint(1, "blue", "10.32.0.1");
    cluster.endpoint(2, "blue", "10.32.0.1").endpoint(2, "blue", "10.32.0.2");
    cluster.endpointIn(2, "net-gone", 1, "10.32.0.1");
    assertThat(found()).extracting(AddressFinding::kind).containsExactly(Kind.values());
  }
}
