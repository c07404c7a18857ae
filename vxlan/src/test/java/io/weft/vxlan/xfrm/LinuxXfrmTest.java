package io.weft.vxlan.xfrm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.Namespaces;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPsec of the real kernel, with or without ESP (INV-SEC-1). */
class LinuxXfrmTest {

  private static final int PORT = 7943;
  private static final int FEW = 4;

  /** The kernel may take a second to say that a new cable is plugged in. */
  private static final int MANY = 25;

  @Test
  void theProbeSaysWhetherThereIsEspAndLeavesNothingBehind() {
    try (NetworkNamespace here = Namespaces.create();
        LinuxXfrm xfrm = LinuxXfrm.open(here)) {
      XfrmProbe.Result result = XfrmProbe.probe(xfrm, PORT);
      assertThat(result.reason()).isNotBlank();
      if (!result.usable()) {
        assertThat(result.reason()).contains("the kernel has no");
      }
      assertThat(xfrm.associations()).isEmpty();
    }
  }

  @Test
  void policiesAreReadBackAsTheyWerePutAndReplacedInPlace() {
    try (NetworkNamespace here = Namespaces.create();
        LinuxXfrm xfrm = LinuxXfrm.open(here)) {
      for (String any : List.of("10.0.0.1/32", "fd00::1/128")) {
        IpPrefix address = IpPrefix.parse(any);
        Policy out =
            new Policy(Direction.OUT, address, address, PORT, new Policy.Protect(0x01020304));
        Policy in = new Policy(Direction.IN, address, address, PORT, new Policy.Block());
        xfrm.put(out);
        xfrm.put(in);
        assertThat(xfrm.policies()).contains(out, in);
        Policy switched = out.withRule(new Policy.Protect(5000));
        xfrm.put(switched);
        assertThat(xfrm.policies()).contains(switched).doesNotContain(out);
        xfrm.remove(switched);
        xfrm.remove(in);
        xfrm.remove(in);
        assertThat(xfrm.policies()).isEmpty();
      }
    }
  }

  @ParameterizedTest(name = "guard on the receiver: {0}")
  @ValueSource(booleans = {true, false})
  void aGuardStopsClearDatagramsOfThatPortOnlyIpv4AndIpv6(boolean onReceiver) throws IOException {
    try (NetworkNamespace a = Namespaces.create();
        NetworkNamespace b = Namespaces.create();
        Kernel kernelA = LinuxKernel.open(a);
        Kernel kernelB = LinuxKernel.open(b);
        LinuxXfrm xfrm = LinuxXfrm.open(onReceiver ? b : a)) {
      kernelA.change(
          new KernelChange.CreateVeth(new VethSpec("eth0", "", 1500, "eth0", null, b.fd())));
      up(kernelA, 1);
      up(kernelB, 2);
      for (String to : List.of("10.98.0.2", "fd98::2")) {
        InetAddress address = InetAddress.ofLiteral(to);
        XfrmReconciler guard = new XfrmReconciler(xfrm, address, PORT, 7942);
        assertThat(arrives(a, b, address, PORT, MANY)).as("before").isTrue();
        guard.guard();
        guard.guard();
        assertThat(xfrm.policies()).hasSize(4);
        assertThat(arrives(a, b, address, PORT, FEW)).as("guarded").isFalse();
        assertThat(arrives(a, b, address, PORT + 1, MANY)).as("another port").isTrue();
        guard.removeAll();
        assertThat(xfrm.policies()).isEmpty();
        assertThat(arrives(a, b, address, PORT, MANY)).as("after").isTrue();
      }
    }
  }

  private static void up(Kernel kernel, int number) {
    kernel.change(new KernelChange.PutAddress("eth0", IpPrefix.parse("10.98.0." + number + "/24")));
    kernel.change(new KernelChange.PutAddress("eth0", IpPrefix.parse("fd98::" + number + "/64")));
    kernel.change(new KernelChange.SetUp("eth0", true));
  }

  private static boolean arrives(
      NetworkNamespace from, NetworkNamespace to, InetAddress address, int port, int attempts)
      throws IOException {
    try (DatagramSocket receiver = to.call(() -> new DatagramSocket(port, address));
        DatagramSocket sender = from.call(() -> new DatagramSocket())) {
      receiver.setSoTimeout(200);
      for (int attempt = 0; attempt < attempts; attempt++) {
        try {
          sender.send(new DatagramPacket(new byte[100], 100, address, port));
        } catch (IOException refused) {
          return false; // a guard on the sender refuses the call itself
        }
        try {
          receiver.receive(new DatagramPacket(new byte[200], 200));
          return true;
        } catch (SocketTimeoutException lost) {
          // Try again.
        }
      }
      return false;
    }
  }
}
