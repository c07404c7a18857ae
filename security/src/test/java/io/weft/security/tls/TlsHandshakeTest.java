package io.weft.security.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.Future;
import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeIdentity;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Real handshakes over loopback. Waits are bounded only so that a failure ends. */
class TlsHandshakeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  // Certificates made once, good now and, to the joiner's own clock too, for years.
  @SuppressWarnings("TimeInStaticInitializer")
  private static final Instant NOW = InstantSource.system().instant();

  private static final ClusterCa BLUE = ClusterCa.create("blue", NOW);
  private static final ClusterCa FOREIGN = ClusterCa.create("blue", NOW);
  private static final NodeIdentity ALICE = node(BLUE, "alice", NOW);
  private static final NodeIdentity BOB = node(BLUE, "bob", NOW);
  private static final NodeIdentity MALLORY = node(FOREIGN, "alice", NOW);
  private static final int HYBRID_GROUP = 0x11EC;

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static NodeIdentity node(ClusterCa ca, String name, Instant at) {
    KeyPair keys = KeyPairs.generate();
    return NodeIdentity.of(
        keys.getPrivate(),
        ca.sign(CertificateRequest.create(keys, name), name, at),
        ca.certificate());
  }

  /** How a meeting ended on both sides; a cause of null says that the handshake was completed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Meeting(
      @Nullable Throwable clientCause,
      @Nullable Throwable serverCause,
      SSLSession clientSession,
      SSLSession serverSession,
      byte[] wireFromServer,
      byte[] heardByServer) {
    boolean bothAgree() {
      return clientCause == null && serverCause == null;
    }
  }

  private static final class Tap extends ChannelDuplexHandler {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      read.writeBytes(ByteBufUtil.getBytes((ByteBuf) message));
      super.channelRead(context, message);
    }
  }

  private static final class Ear extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final CompletableFuture<Void> something = new CompletableFuture<>();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      heard.writeBytes(ByteBufUtil.getBytes(bytes));
      bytes.release();
      something.complete(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ChannelFuture _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      something.complete(null);
    }
  }

  /** The client sends "hello" as soon as its own handshake allows it. */
  private static Meeting meet(SslContext server, SslContext client) throws Exception {
    CompletableFuture<SslHandler> accepted = new CompletableFuture<>();
    Ear ear = new Ear();
    Channel listening =
        new ServerBootstrap()
            .group(LOOPS)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    SslHandler handler = server.newHandler(channel.alloc());
                    channel.pipeline().addLast(handler, ear);
                    accepted.complete(handler);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    Tap tap = new Tap();
    SslHandler dialling = client.newHandler(listening.alloc());
    Channel channel =
        new Bootstrap()
            .group(LOOPS)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel fresh) {
                    fresh.pipeline().addLast(tap, dialling, new Ear());
                  }
                })
            .connect(listening.localAddress())
            .sync()
            .channel();
    try {
      Future<Channel> mine = dialling.handshakeFuture();
      assertThat(mine.await(PATIENCE.toMillis())).isTrue();
      ChannelFuture _ =
          channel.writeAndFlush(Unpooled.copiedBuffer(new byte[] {'h', 'e', 'l', 'l', 'o'}));
      SslHandler other = accepted.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      Future<Channel> theirs = other.handshakeFuture();
      assertThat(theirs.await(PATIENCE.toMillis())).isTrue();
      ear.something.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new Meeting(
          mine.cause(),
          theirs.cause(),
          dialling.engine().getSession(),
          other.engine().getSession(),
          tap.read.toByteArray(),
          ear.heard.toByteArray());
    } finally {
      channel.close().sync();
      listening.close().sync();
    }
  }

  @Test
  void twoMembersKnowEachOtherAndAgreeByTheHybridGroup() throws Exception {
    Meeting meeting =
        meet(TlsContexts.server(ALICE, PeerCheck.NONE), TlsContexts.client(BOB, PeerCheck.NONE));
    assertThat(meeting.bothAgree()).isTrue();
    assertThat(PeerIdentity.of(meeting.clientSession)).contains(ALICE.id());
    assertThat(PeerIdentity.nameOf(meeting.clientSession)).contains("alice");
    assertThat(PeerIdentity.of(meeting.serverSession)).contains(BOB.id());
    assertThat(meeting.serverSession.getProtocol()).isEqualTo("TLSv1.3");
    assertThat(groupOfServerHello(meeting.wireFromServer)).isEqualTo(HYBRID_GROUP);
    assertThat(meeting.heardByServer).asString().isEqualTo("hello");
  }

  /** The group of the key share (extension 51) in a ServerHello (RFC 8446, sections 4.1.3, 5.1). */
  private static int groupOfServerHello(byte[] wire) {
    ByteBuf in = Unpooled.wrappedBuffer(wire);
    assertThat(in.readUnsignedByte()).as("a handshake record").isEqualTo((short) 22);
    in.skipBytes(4);
    assertThat(in.readUnsignedByte()).as("a ServerHello").isEqualTo((short) 2);
    in.skipBytes(3 + 2);
    byte[] random = new byte[32];
    in.readBytes(random);
    // A HelloRetryRequest has a fixed "random" that begins so.
    assertThat(random[0] == (byte) 0xcf && random[1] == 0x21).as("a second round").isFalse();
    in.skipBytes(in.readUnsignedByte() + 3);
    int end = in.readUnsignedShort() + in.readerIndex();
    while (in.readerIndex() < end) {
      int type = in.readUnsignedShort();
      int length = in.readUnsignedShort();
      if (type == 51) {
        return in.readUnsignedShort();
      }
      in.skipBytes(length);
    }
    return -1;
  }

  @Test
  void aServerOfAForeignCaIsRefusedThoughItsClusterHasTheSameName() throws Exception {
    Meeting meeting =
        meet(TlsContexts.server(MALLORY, PeerCheck.NONE), TlsContexts.client(BOB, PeerCheck.NONE));
    assertThat(meeting.clientCause).isNotNull();
    assertThat(meeting.serverCause).isNotNull();
    assertThat(meeting.heardByServer).isEmpty();
  }

  @Test
  void aClientThatShowsAForeignCertificateIsRefusedNotTakenForAnonymousINV_SEC_4()
      throws Exception {
    // One that shows its certificate to anybody and believes everybody: the JDK's own TLS.
    SslContext brazen =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .keyManager(new BrazenKeyManager(MALLORY))
            .endpointIdentificationAlgorithm(null)
            .build();
    Meeting meeting = meet(TlsContexts.server(ALICE, PeerCheck.NONE), brazen);
    assertThat(meeting.serverCause).isNotNull();
    assertThat(meeting.heardByServer).isEmpty();
  }

  @Test
  void aRevokedMemberIsRefusedByTheServerINV_SEC_3() throws Exception {
    Meeting meeting =
        meet(TlsContexts.server(ALICE, BOB.id()::equals), TlsContexts.client(BOB, PeerCheck.NONE));
    assertThat(meeting.serverCause).isNotNull();
    assertThat(meeting.heardByServer).isEmpty();
  }

  @Test
  void aRevokedServerIsRefusedByTheMemberThatDialsINV_SEC_3() throws Exception {
    Meeting meeting =
        meet(
            TlsContexts.server(ALICE, PeerCheck.NONE), TlsContexts.client(BOB, ALICE.id()::equals));
    assertThat(meeting.clientCause).hasStackTraceContaining("revoked");
    assertThat(meeting.heardByServer).isEmpty();
  }

  @Test
  void aJoinerIsLetInAsAnonymousAndLearnsTheCa() throws Exception {
    Meeting meeting =
        meet(
            TlsContexts.server(ALICE, PeerCheck.NONE),
            TlsContexts.joiner(BLUE.fingerprint(), "blue"));
    assertThat(meeting.bothAgree()).isTrue();
    assertThat(PeerIdentity.of(meeting.serverSession)).isEmpty();
    assertThat(PeerIdentity.of(meeting.clientSession)).contains(ALICE.id());
    assertThat(PeerIdentity.caOf(meeting.clientSession)).isEqualTo(Optional.of(BLUE.certificate()));
    assertThat(groupOfServerHello(meeting.wireFromServer)).isEqualTo(HYBRID_GROUP);
    assertThat(meeting.heardByServer).asString().isEqualTo("hello");
  }

  @Test
  void aJoinerWithAnotherPinRefusesBeforeItSendsAnything() throws Exception {
    Meeting meeting =
        meet(TlsContexts.server(ALICE, PeerCheck.NONE), TlsContexts.joiner(FOREIGN.fingerprint()));
    assertThat(meeting.clientCause).hasStackTraceContaining("join token names");
    assertThat(meeting.heardByServer).isEmpty();
  }

  @Test
  void aJoinerOfAnotherClustersNameRefuses() throws Exception {
    Meeting meeting =
        meet(
            TlsContexts.server(ALICE, PeerCheck.NONE),
            TlsContexts.joiner(BLUE.fingerprint(), "red"));
    assertThat(meeting.clientCause).hasStackTraceContaining("not 'red'");
    assertThat(meeting.heardByServer).isEmpty();
  }

  @Test
  void clocksMayDifferByAnHourAndNoMore() throws Exception {
    Instant last = ALICE.certificate().getNotAfter().toInstant();
    assertThat(agreeAt(last.plus(Duration.ofMinutes(59)))).isTrue();
    assertThat(agreeAt(last.plus(Duration.ofMinutes(61)))).isFalse();
    Instant first = ALICE.certificate().getNotBefore().toInstant();
    assertThat(agreeAt(first.minus(Duration.ofMinutes(58)))).isTrue();
    assertThat(agreeAt(first.minus(Duration.ofMinutes(62)))).isFalse();
  }

  /** Whether BOB, who believes that it is this time, lets ALICE's certificate pass. */
  private static boolean agreeAt(Instant time) throws Exception {
    Meeting meeting =
        meet(
            TlsContexts.server(ALICE, PeerCheck.NONE),
            TlsContexts.client(BOB, PeerCheck.NONE, InstantSource.fixed(time)));
    return meeting.clientCause == null;
  }
}
