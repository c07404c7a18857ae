package io.weft.gossip.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.tls.PeerCheck;
import io.weft.security.tls.TlsContexts;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The transport on real sockets: datagrams by UDP, links by TLS 1.3 over TCP, both on one port.
 * Datagrams may be fragmented on the way (no DF is asked for). Links carry a sign of life each
 * {@value #KEEPALIVE_SECONDS} s and are dead after {@value #DEAD_LINK_SECONDS} s without one.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what becomes of a write or a close comes as an event of the
// channel
public final class NettyTransport implements Transport {
  /** A sign of life goes out after this time without a message. */
  static final int KEEPALIVE_SECONDS = 5;

  /** A link on which nothing came for this time is dead. */
  static final int DEAD_LINK_SECONDS = 15;

  /** Connecting takes at most this time. */
  static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  /**
   * The handshake takes at most this time: as long as a link may be silent. A host that is slow,
   * and a Java process that has just started, need seconds for their first one.
   */
  static final int HANDSHAKE_TIMEOUT_MILLIS = DEAD_LINK_SECONDS * 1_000;

  /** What may wait to be written on one link; a peer that drains more slowly loses it. */
  static final long MAX_PENDING_BYTES = 16L * 1024 * 1024;

  /** The most links in the handshake at one time: nothing is known of who opened them. */
  static final int MAX_HANDSHAKES = 64;

  /** The same, of one source: a whole cluster that comes back at once has an address each. */
  static final int MAX_HANDSHAKES_OF_ONE_SOURCE = 16;

  /** The most links of peers without certificate; apart from the handshakes, that members need. */
  static final int MAX_JOINERS = 64;

  /** The same, of one source. */
  static final int MAX_JOINERS_OF_ONE_SOURCE = 8;

  /** A peer without a certificate has this long to be done. */
  static final int ANONYMOUS_SECONDS = 30;

  private static final int EVENT_LOOP_THREADS = 2;
  private static final int BIND_TRIES = 16;

  private final SslContext serverTls;
  private final SslContext clientTls;
  private final EventLoopGroup loops;
  private final io.netty.channel.Channel server;
  private final io.netty.channel.Channel udp;
  private final PeerAddress local;
  private final Map<Long, LinkHandler> links = new ConcurrentHashMap<>();
  private final AtomicLong nextAcceptedId = new AtomicLong(1);
  private final LinkQuota handshakes = new LinkQuota(MAX_HANDSHAKES, MAX_HANDSHAKES_OF_ONE_SOURCE);
  private final LinkQuota joiners = new LinkQuota(MAX_JOINERS, MAX_JOINERS_OF_ONE_SOURCE);
  private volatile @Nullable TransportListener listener;

  /**
   * Binds UDP and TCP; nothing is delivered before {@link #start}.
   *
   * @param bind the address to bind, and to dial from; port 0 takes a free one
   * @throws PortTakenException when the port is taken or the address is not this host's
   */
  public NettyTransport(PeerAddress bind, NodeIdentity identity, PeerCheck peerCheck) {
    this.serverTls = TlsContexts.server(identity, peerCheck);
    this.clientTls = TlsContexts.client(identity, peerCheck);
    this.loops = new MultiThreadIoEventLoopGroup(EVENT_LOOP_THREADS, NioIoHandler.newFactory());
    Sockets sockets = bindBoth(bind);
    this.server = sockets.tcp();
    this.udp = sockets.udp();
    this.local = PeerAddress.of((InetSocketAddress) server.localAddress());
  }

  private record Sockets(io.netty.channel.Channel tcp, io.netty.channel.Channel udp) {}

  private Sockets bindBoth(PeerAddress bind) {
    for (int tries = 1; ; tries++) {
      io.netty.channel.Channel tcp = bindTcp(bind);
      PeerAddress bound = PeerAddress.of((InetSocketAddress) tcp.localAddress());
      ChannelFuture future = bindUdp(bound);
      if (future.isSuccess()) {
        return new Sockets(tcp, future.channel());
      }
      tcp.close().awaitUninterruptibly();
      if (bind.port() != 0 || tries >= BIND_TRIES) {
        throw refused("UDP", bound, future.cause());
      }
    }
  }

  private io.netty.channel.Channel bindTcp(PeerAddress bind) {
    ChannelFuture future =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<NioSocketChannel>() {
                  @Override
                  protected void initChannel(NioSocketChannel channel) {
                    accept(channel);
                  }
                })
            .bind(bind.socketAddress())
            .awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw refused("TCP", bind, future.cause());
    }
    return future.channel();
  }

  private ChannelFuture bindUdp(PeerAddress bind) {
    return new Bootstrap()
        .group(loops)
        .channel(NioDatagramChannel.class)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES))
        .handler(
            new SimpleChannelInboundHandler<DatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                TransportListener to = listener;
                if (to != null) {
                  to.datagram(
                      PeerAddress.of(packet.sender()), ByteBufUtil.getBytes(packet.content()));
                }
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                // An ICMP error for an earlier datagram: it is lost, as datagrams may be.
              }
            })
        .bind(bind.socketAddress())
        .awaitUninterruptibly();
  }

  private PortTakenException refused(String protocol, PeerAddress bind, @Nullable Throwable cause) {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    String why = cause == null ? "unknown" : LinkHandler.words(cause);
    return new PortTakenException(
        "cannot listen on "
            + protocol
            + " "
            + bind
            + " ("
            + why
            + "): stop what holds the port, or configure another",
        cause);
  }

  @Override
  public void start(TransportListener newListener) {
    listener = newListener;
    udp.config().setAutoRead(true);
    server.config().setAutoRead(true);
  }

  private void accept(NioSocketChannel channel) {
    if (!handshakes.take(channel.remoteAddress().getAddress())) {
      channel.close();
      return;
    }
    long id = nextAcceptedId.getAndAdd(2);
    LinkHandler handler =
        new LinkHandler(new Accepted(id, PeerAddress.of(channel.remoteAddress())), false, null);
    pipeline(channel, serverTls.newHandler(channel.alloc()), handler);
  }

  /** What each end of a link is made of; a joiner's too, or it would be taken for dead. */
  static void pipeline(NioSocketChannel channel, SslHandler tls, LinkHandler handler) {
    tls.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
    channel
        .pipeline()
        .addLast(tls, new IdleStateHandler(DEAD_LINK_SECONDS, KEEPALIVE_SECONDS, 0), handler);
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] payload) {
    if (payload.length <= MAX_DATAGRAM_BYTES) {
      udp.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(payload), to.socketAddress()));
    }
  }

  @Override
  public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
    LinkHandler handler = new LinkHandler(new Dialled(linkId), true, expected);
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .handler(
            new ChannelInitializer<NioSocketChannel>() {
              @Override
              protected void initChannel(NioSocketChannel channel) {
                pipeline(channel, clientTls.newHandler(channel.alloc()), handler);
              }
            })
        .connect(to.socketAddress(), new InetSocketAddress(local.ip(), 0))
        .addListener(
            (ChannelFuture f) -> {
              TransportListener heard = listener;
              if (!f.isSuccess() && heard != null) {
                heard.dialFailed(
                    linkId, "cannot connect to " + to + ": " + LinkHandler.words(f.cause()));
              }
            });
  }

  @Override
  public void send(long linkId, Channel channel, byte[] payload) {
    if (payload.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a message of " + payload.length + " bytes; at most " + MAX_MESSAGE_BYTES);
    }
    LinkHandler link = links.get(linkId);
    ChannelHandlerContext ctx = link == null ? null : link.context();
    if (link == null || ctx == null) {
      return;
    }
    ctx.executor()
        .execute(
            () -> {
              if (pendingBytes(ctx) + payload.length > MAX_PENDING_BYTES) {
                link.end("the peer takes messages too slowly");
              } else {
                ctx.writeAndFlush(LinkFrames.frame(ctx.alloc(), channel, payload));
              }
            });
  }

  private static long pendingBytes(ChannelHandlerContext ctx) {
    io.netty.channel.ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public void close(long linkId) {
    LinkHandler link = links.get(linkId);
    ChannelHandlerContext ctx = link == null ? null : link.context();
    if (link != null && ctx != null) {
      ctx.executor().execute(() -> link.end("closed by this side"));
    }
  }

  @Override
  public PeerAddress localAddress() {
    return local;
  }

  @Override
  public void close() {
    listener = null;
    server.close().awaitUninterruptibly();
    udp.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** What our own dials become. */
  private final class Dialled implements LinkHandler.Owner {
    private final long id;

    Dialled(long id) {
      this.id = id;
    }

    @Override
    public void ready(LinkHandler link, @Nullable NodeId peer) {
      TransportListener to = listener;
      if (to == null || peer == null) {
        link.end("the transport is closed");
        return;
      }
      links.put(id, link);
      to.dialed(id, peer);
    }

    @Override
    public void message(LinkHandler link, Channel channel, byte[] payload) {
      deliver(id, channel, payload);
    }

    @Override
    public void ended(LinkHandler link, boolean wasReady, String cause) {
      links.remove(id);
      TransportListener to = listener;
      if (to != null && wasReady) {
        to.closed(id, cause);
      } else if (to != null) {
        to.dialFailed(id, cause);
      }
    }
  }

  /** What others' dials become. */
  private final class Accepted implements LinkHandler.Owner {
    private final long id;
    private final PeerAddress from;
    private @Nullable LinkQuota counted = handshakes;

    Accepted(long id, PeerAddress from) {
      this.id = id;
      this.from = from;
    }

    @Override
    public void ready(LinkHandler link, @Nullable NodeId peer) {
      TransportListener to = listener;
      ChannelHandlerContext ctx = link.context();
      if (to == null || ctx == null) {
        link.end("the transport is closed");
        return;
      }
      handshakes.giveBack(from.ip());
      counted = null;
      if (peer == null) {
        if (!joiners.take(from.ip())) {
          link.end("too many hosts join from there at once");
          return;
        }
        counted = joiners;
        links.put(id, link);
        ctx.executor()
            .schedule(() -> link.end("joining took too long"), ANONYMOUS_SECONDS, TimeUnit.SECONDS);
        to.acceptedAnonymous(id, from);
      } else {
        links.put(id, link);
        to.accepted(id, peer, from);
      }
    }

    @Override
    public void message(LinkHandler link, Channel channel, byte[] payload) {
      deliver(id, channel, payload);
    }

    @Override
    public void ended(LinkHandler link, boolean wasReady, String cause) {
      links.remove(id);
      LinkQuota quota = counted;
      if (quota != null) {
        counted = null;
        quota.giveBack(from.ip());
      }
      TransportListener to = listener;
      if (to != null && wasReady) {
        to.closed(id, cause);
      }
    }
  }

  private void deliver(long id, Channel channel, byte[] payload) {
    TransportListener to = listener;
    if (to != null) {
      to.message(id, channel, payload);
    }
  }
}
