package io.weft.vxlan.xfrm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.testing.ModelXfrm;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class XfrmReconcilerTest {

  private static final InetAddress HERE = InetAddress.ofLiteral("10.99.0.1");
  private static final InetAddress PEER = InetAddress.ofLiteral("10.99.0.2");
  private final ModelXfrm xfrm = new ModelXfrm();
  private final XfrmReconciler reconciler = new XfrmReconciler(xfrm, HERE, 7943, 7942);

  private static SecurityAssociation sa(int spi) {
    return new SecurityAssociation(spi, new byte[32], new byte[4]);
  }

  private static DesiredTunnel tunnel(
      List<SecurityAssociation> inbound, @Nullable SecurityAssociation outbound) {
    return new DesiredTunnel(PEER, 7942, Encapsulation.ESP, inbound, outbound);
  }

  @Test
  void theGuardBlocksBothDirectionsAndFamilies() {
    reconciler.guard();
    assertThat(xfrm.policies()).hasSize(4);
    assertThat(xfrm.policies()).allMatch(policy -> policy.rule() instanceof Policy.Block);
  }

  @Test
  void aTunnelWithoutKeysToSendWithOpensNothingOutbound() {
    reconciler.reconcile(List.of(tunnel(List.of(sa(1000)), null)));
    assertThat(xfrm.policies())
        .filteredOn(policy -> policy.direction() == Direction.OUT)
        .allMatch(policy -> policy.rule() instanceof Policy.Block);
  }

  @Test
  void aRekeySwitchesTheOutboundPolicyAndDropsWhatIsStale() {
    reconciler.reconcile(List.of(tunnel(List.of(sa(1000)), sa(2000))));
    assertThat(reconciler.reconcile(List.of(tunnel(List.of(sa(1000)), sa(2000)))).changes())
        .as("a second run changes nothing")
        .isZero();
    reconciler.reconcile(List.of(tunnel(List.of(sa(1000), sa(1001)), sa(2001))));
    assertThat(xfrm.associations())
        .extracting(SaState::spi)
        .containsExactlyInAnyOrder(1000, 1001, 2001);
    assertThat(xfrm.policies())
        .filteredOn(policy -> policy.rule() instanceof Policy.Protect)
        .extracting(Policy::rule)
        .containsExactlyInAnyOrder(new Policy.Protect(0), new Policy.Protect(2001));
  }

  @Test
  void anAssociationThatSomebodyRemovedIsNeverAddedAgain() {
    List<DesiredTunnel> desired = List.of(tunnel(List.of(sa(1000)), sa(2000)));
    reconciler.reconcile(desired);
    xfrm.removeAssociation(PEER, 2000);
    XfrmReport report = reconciler.reconcile(desired);
    assertThat(report.failures()).hasSize(1);
    assertThat(xfrm.associations()).extracting(SaState::spi).containsExactly(1000);
    assertThat(xfrm.policies())
        .as("nothing may be sent any more")
        .noneMatch(
            policy ->
                policy.direction() == Direction.OUT && policy.rule() instanceof Policy.Protect);
  }

  @Test
  void whatAFormerRunLeftStaysUntilNewKeysAreInUse() { // INV-NET-4
    reconciler.reconcile(List.of(tunnel(List.of(sa(1000)), sa(2000))));
    List<Policy> before = xfrm.policies();
    XfrmReconciler next = new XfrmReconciler(xfrm, HERE, 7943, 7942);
    assertThat(next.reconcile(List.of()).changes()).isZero();
    assertThat(next.reconcile(List.of(tunnel(List.of(), null))).changes()).isZero();
    assertThat(xfrm.policies()).containsExactlyInAnyOrderElementsOf(before);
    next.reconcile(List.of(tunnel(List.of(sa(1001)), sa(2001))));
    // Nothing has come in under the new keys yet: the peer may still send with the old ones.
    assertThat(xfrm.associations())
        .extracting(SaState::spi)
        .containsExactlyInAnyOrder(1000, 1001, 2001);
    assertThat(next.reconcile(List.of()).failures()).isEmpty();
    assertThat(xfrm.associations()).as("the peer is gone for good").isEmpty();
  }

  @Test
  void whatAFormerRunLeftForPeersThatNeverComeIsDroppedWhenToldSo() {
    reconciler.reconcile(List.of(tunnel(List.of(sa(1000)), sa(2000))));
    XfrmReconciler next = new XfrmReconciler(xfrm, HERE, 7943, 7942);
    next.reconcile(List.of());
    next.forgetUnknownPeers();
    next.reconcile(List.of());
    assertThat(xfrm.associations()).isEmpty();
    assertThat(xfrm.policies()).allMatch(policy -> policy.rule() instanceof Policy.Block);
  }

  @Test
  void removeAllLeavesNothing() {
    reconciler.reconcile(List.of(tunnel(List.of(sa(1000)), sa(2000))));
    reconciler.removeAll();
    assertThat(xfrm.policies()).isEmpty();
    assertThat(xfrm.associations()).isEmpty();
  }
}
