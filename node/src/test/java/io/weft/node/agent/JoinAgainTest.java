package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.TransportListener;
import io.weft.gossip.transport.netty.NettyTransport;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.agent.proto.JoinReply;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.tls.PeerCheck;
import io.weft.security.token.JoinToken;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A joiner whose link is lost. */
class JoinAgainTest {
  private static final PeerAddress ANY_PORT = new PeerAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path directory = Path.of("set by JUnit");
  private final ClusterCa ca = ClusterCa.create("test", Instant.now());
  private final AtomicInteger requests = new AtomicInteger();

  /** A member that cuts so many joiners off, and tells the next one why it does not let it in. */
  private NettyTransport member(int cut) {
    KeyPair keys = KeyPairs.generate();
    CertificateRequest request = CertificateRequest.create(keys, "one");
    NettyTransport member =
        new NettyTransport(
            ANY_PORT,
            NodeIdentity.of(
                keys.getPrivate(), ca.sign(request, "one", Instant.now()), ca.certificate()),
            PeerCheck.NONE);
    byte[] answer = JoinReply.newBuilder().setError("not today").build().toByteArray();
    member.start(
        (TransportListener)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {TransportListener.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("message")) {
                    if (requests.incrementAndGet() <= cut) {
                      member.close((Long) args[0]);
                    } else {
                      member.send((Long) args[0], Channel.JOIN, answer);
                    }
                  }
                  return null;
                }));
    return member;
  }

  private void join(NettyTransport member) throws Exception {
    join(member, JoinToken.create(ca.fingerprint(), new SecureRandom()).format());
  }

  private void join(NettyTransport member, String token) throws Exception {
    TreeMap<String, String> overrides = new TreeMap<>();
    overrides.put("dataDir", directory.resolve("data").toString());
    overrides.put("name", "two");
    new HostBootstrap().join(null, overrides, List.of(member.localAddress().toString()), token);
  }

  @Test
  void whoIsCutOffAsksAgain() {
    try (NettyTransport member = member(2)) {
      assertThatThrownBy(() -> join(member))
          .isInstanceOf(ApiException.class)
          .hasMessage("not today");
    }
    assertThat(requests).hasValue(3);
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void whoIsCutOffEachTimeIsToldSo() {
    try (NettyTransport member = member(9)) {
      assertThatThrownBy(() -> join(member))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("cannot join through " + member.localAddress());
    }
    assertThat(requests).hasValue(3);
  }

  @Test
  void aTokenThatIsNoneIsWrongUseAndNobodyIsAsked() {
    try (NettyTransport member = member(0)) {
      assertThatThrownBy(() -> join(member, "a.b"))
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
          .hasMessageContaining("three parts");
    }
    assertThat(requests).hasValue(0);
  }
}
