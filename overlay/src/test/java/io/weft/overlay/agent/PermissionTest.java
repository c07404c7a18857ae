package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.overlay.registry.RegistryState;
import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may ask a voter for what (INV-SEC-4): a member gone bad asks for its own affairs only. */
class PermissionTest {
  private static final NodeId VOTER = host(1);
  private static final NodeId CLIENT = host(2);
  private static final NodeId LEFT = host(3);
  private static final NodeId STRANGER = host(4);
  private static final Blob BLOB = Blob.of(new byte[] {7});

  private final RegistryState state = new RegistryState();
  private long index;

  private static NodeId host(int number) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) number;
    return NodeId.ofBytes(bytes);
  }

  private byte[] encoded(RegistryCommand command) {
    byte[] key = ByteBuffer.allocate(RegistryLimits.IDEMPOTENCY_KEY_BYTES).putLong(++index).array();
    return RegistryCodec.encode(key, command);
  }

  private void apply(RegistryCommand command) {
    byte[] bytes = encoded(command);
    byte[] _ = state.apply(index, 1_000, bytes);
  }

  @BeforeEach
  void cluster() {
    apply(new RegistryCommand.CreateGenesis("blue", BLOB, VOTER, "one", BLOB, 10_000));
    apply(new RegistryCommand.RegisterHost(CLIENT, "two"));
    apply(new RegistryCommand.RegisterHost(LEFT, "three"));
    apply(new RegistryCommand.ReleaseHost(LEFT));
    assertThat(state.wantedVoters()).containsExactly(VOTER);
  }

  private List<NodeId> whoMay(RegistryCommand command) {
    byte[] bytes = encoded(command);
    return List.of(VOTER, CLIENT, LEFT, STRANGER).stream()
        .filter(who -> Permission.refusal(state, who, bytes) == null)
        .toList();
  }

  private static RegistryCommand lease(NodeId holder) {
    return new RegistryCommand.LeaseBlock("blue", holder, List.of(), false);
  }

  @Test
  void aHostsOwnAffairsAreForItselfAlone() {
    assertThat(whoMay(new RegistryCommand.RegisterHost(CLIENT, "x"))).containsExactly(CLIENT);
    assertThat(whoMay(new RegistryCommand.RegisterHost(STRANGER, "x"))).containsExactly(STRANGER);
    assertThat(whoMay(new RegistryCommand.ReleaseHost(CLIENT))).containsExactly(CLIENT);
    assertThat(whoMay(lease(CLIENT))).containsExactly(CLIENT);
    assertThat(whoMay(lease(LEFT))).as("a host that has left leases nothing").isEmpty();
    assertThat(whoMay(lease(STRANGER))).isEmpty();
  }

  @Test
  void whatOperatorsAskForIsForAnyActiveHost() {
    assertThat(whoMay(RegistryCommand.CreateNetwork.named("red"))).containsExactly(VOTER, CLIENT);
    assertThat(whoMay(new RegistryCommand.RemoveNetwork("red"))).containsExactly(VOTER, CLIENT);
    assertThat(whoMay(new RegistryCommand.CreateToken("t", BLOB, 5_000, 1)))
        .containsExactly(VOTER, CLIENT);
    assertThat(whoMay(new RegistryCommand.RevokeToken("t"))).containsExactly(VOTER, CLIENT);
    assertThat(whoMay(new RegistryCommand.InstallGossipKey(2, BLOB)))
        .containsExactly(VOTER, CLIENT);
  }

  @Test
  void whoIsLetInWhoVotesAndWhoIsShutOutIsForVotersAlone() {
    for (RegistryCommand command :
        List.of(
            new RegistryCommand.UseToken("t", BLOB, STRANGER, "x"),
            new RegistryCommand.SetWantedVoters(List.of(CLIENT)),
            new RegistryCommand.StoreWrappedCaKey(CLIENT, BLOB),
            new RegistryCommand.FenceHost(CLIENT),
            new RegistryCommand.UseGossipKey(2),
            new RegistryCommand.RemoveGossipKey(1),
            new RegistryCommand.RevokeHost(CLIENT))) {
      assertThat(whoMay(command)).as(command.toString()).containsExactly(VOTER);
    }
  }

  /** Nobody else could pass it on (random seed 903376). */
  @Test
  void whoVotesNoMoreButHoldsTheKeyOfTheCaLetsHostsInAndPassesItOn() {
    apply(new RegistryCommand.SetWantedVoters(List.of(CLIENT)));
    assertThat(whoMay(new RegistryCommand.StoreWrappedCaKey(CLIENT, BLOB)))
        .containsExactly(VOTER, CLIENT);
    assertThat(whoMay(new RegistryCommand.UseToken("t", BLOB, STRANGER, "x")))
        .containsExactly(VOTER, CLIENT);
    assertThat(whoMay(new RegistryCommand.FenceHost(VOTER))).containsExactly(CLIENT);
    apply(new RegistryCommand.StoreWrappedCaKey(CLIENT, BLOB));
    assertThat(whoMay(new RegistryCommand.UseToken("t", BLOB, STRANGER, "x")))
        .containsExactly(CLIENT);
  }

  @Test
  void nobodyFoundsTheClusterAgain() {
    assertThat(whoMay(new RegistryCommand.CreateGenesis("red", BLOB, CLIENT, "two", BLOB, 10_000)))
        .isEmpty();
  }

  @Test
  void whatIsMalformedOrTooLongIsRefusedForAnybody() {
    assertThat(Permission.refusal(state, VOTER, new byte[] {1, 2, 3})).contains("malformed");
    byte[] endless = new byte[RegistryLimits.MAX_COMMAND_BYTES + 1];
    Arrays.fill(endless, (byte) 1);
    assertThat(Permission.refusal(state, VOTER, endless)).contains("more than");
  }
}
