package io.weft.gossip.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportContract;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.tls.PeerCheck;
import io.weft.security.tls.TlsContexts;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyTransportTest extends TransportContract {
  private final ClusterCa ca = ClusterCa.create("test", Instant.now());
  private final ClusterCa otherCa = ClusterCa.create("test", Instant.now());
  private final TreeMap<Integer, NodeIdentity> identities = new TreeMap<>();
  private static final PeerAddress ANY_PORT = new PeerAddress(InetAddress.getLoopbackAddress(), 0);

  private final List<Transport> opened = new ArrayList<>();

  private static NodeIdentity identity(ClusterCa ca, String name) {
    KeyPair keys = KeyPairs.generate();
    CertificateRequest request = CertificateRequest.create(keys, name);
    return NodeIdentity.of(
        keys.getPrivate(), ca.sign(request, name, Instant.now()), ca.certificate());
  }

  private NodeIdentity identity(int number) {
    return identities.computeIfAbsent(number, n -> identity(ca, "node-" + n));
  }

  private Transport open(NodeIdentity identity, PeerCheck check) {
    Transport transport = new NettyTransport(ANY_PORT, identity, check);
    opened.add(transport);
    return transport;
  }

  @Override
  protected Transport member(int number) {
    return open(identity(number), PeerCheck.NONE);
  }

  @Override
  protected NodeId idOf(int number) {
    return identity(number).id();
  }

  @Override
  protected boolean await(BooleanSupplier condition) {
    Instant end =
        Instant.now().plus(Duration.ofSeconds(60)); // a bound for a hang, not a measure of speed
    while (!condition.getAsBoolean() && Instant.now().isBefore(end)) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return condition.getAsBoolean();
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Transport::close);
  }

  @Test
  void aJoinerWithoutCertificateAsksAndIsAnswered() throws IOException {
    Transport b = member(2);
    b.start(answering(b));
    byte[] answer =
        JoinClient.ask(
            b.localAddress(),
            TlsContexts.joiner(ca.fingerprint(), "test"),
            "hello".getBytes(StandardCharsets.UTF_8),
            30_000);
    assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo("JOIN hello");
  }

  @Test
  void aJoinerWhoWaitsLongerThanALinkMayBeSilentIsAnswered() throws IOException {
    Transport b = member(2);
    b.start(
        onMessage(
            (link, text) ->
                CompletableFuture.delayedExecutor(
                        NettyTransport.DEAD_LINK_SECONDS + 2, TimeUnit.SECONDS)
                    .execute(() -> b.send(link, Channel.JOIN, new byte[] {42}))));
    assertThat(
            JoinClient.ask(
                b.localAddress(), TlsContexts.joiner(ca.fingerprint()), new byte[1], 60_000))
        .containsExactly(42);
  }

  @Test
  void aJoinerWhoseLinkIsCutKnowsThatAnotherMayLast() {
    Transport b = member(2);
    b.start(onMessage((link, text) -> b.close(link)));
    assertThatThrownBy(
            () ->
                JoinClient.ask(
                    b.localAddress(), TlsContexts.joiner(ca.fingerprint()), new byte[1], 60_000))
        .isInstanceOf(CutOffException.class)
        .hasMessageContaining("the peer closed the link");
  }

  /** Answers each message with its channel and itself. */
  private TransportListener answering(Transport transport) {
    return onMessage(
        (link, text) -> transport.send(link, Channel.JOIN, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Takes no notice of anything else. */
  private TransportListener onMessage(BiConsumer<Long, String> does) {
    return (TransportListener)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {TransportListener.class},
            (proxy, method, args) -> {
              if (method.getName().equals("message")) {
                does.accept(
                    (Long) args[0],
                    args[1] + " " + new String((byte[]) args[2], StandardCharsets.UTF_8));
              }
              return null;
            });
  }

  @Test
  void aJoinerThatPinsAnotherCaSendsNothing() {
    Transport b = member(2);
    b.start(two);
    assertThatThrownBy(
            () ->
                JoinClient.ask(
                    b.localAddress(),
                    TlsContexts.joiner(otherCa.fingerprint()),
                    new byte[1],
                    30_000))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(CutOffException.class)
        .hasMessageContaining("cannot join through");
    assertThat(two.heard()).isEmpty();
  }

  @Test
  void aJoinerThatNamesAnotherClusterSendsNothing() {
    Transport b = member(2);
    b.start(two);
    assertThatThrownBy(
            () ->
                JoinClient.ask(
                    b.localAddress(),
                    TlsContexts.joiner(ca.fingerprint(), "other"),
                    new byte[1],
                    30_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cluster 'test', not 'other'");
    assertThat(two.heard()).isEmpty();
  }

  @Test
  void aJoinerWhomNobodyAnswersIsToldSo() throws IOException {
    Transport b = member(2);
    b.close();
    assertThatThrownBy(
            () ->
                JoinClient.ask(
                    b.localAddress(), TlsContexts.joiner(ca.fingerprint()), new byte[1], 30_000))
        .isInstanceOf(NotReachedException.class)
        .hasMessageContaining(b.localAddress().toString());
  }

  @Test
  void aMemberOfAnotherCaIsNotLetInINVSEC4() {
    Transport a = open(identity(otherCa, "foreign"), PeerCheck.NONE);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    a.dial(2, b.localAddress(), null);
    assertThat(await(() -> one.has("dialFailed 2 "))).isTrue();
    assertThat(two.heard()).isEmpty();
  }

  @Test
  void aRevokedMemberIsNotLetInINVSEC3() {
    Transport a = member(1);
    Transport b = open(identity(2), id -> id.equals(idOf(1)));
    a.start(one);
    b.start(two);
    a.dial(2, b.localAddress(), idOf(2));
    // With TLS 1.3 the dialler's handshake may end before the other side has looked at its
    // certificate.
    assertThat(await(() -> one.has("dialFailed 2 ") || one.has("closed 2 "))).isTrue();
    assertThat(two.has("accepted")).isFalse();
  }

  @Test
  void whoOpensLinksAndSaysNothingKeepsNoMemberOut() throws IOException {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * NettyTransport.MAX_HANDSHAKES; i++) {
        Socket socket = new Socket();
        silent.add(socket);
        socket.bind(new InetSocketAddress("127.0.0.2", 0));
        socket.connect(b.localAddress().socketAddress());
      }
      a.dial(2, b.localAddress(), idOf(2));
      assertThat(await(() -> one.has("dialed 2 ") || one.has("dialFailed 2 "))).isTrue();
      assertThat(one.has("dialed 2 ")).isTrue();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aTakenPortIsRefusedInOneLine() {
    Transport a = member(1);
    assertThatThrownBy(() -> new NettyTransport(a.localAddress(), identity(2), PeerCheck.NONE))
        .isInstanceOf(PortTakenException.class)
        .hasMessageContaining(a.localAddress().toString());
  }
}
