package io.weft.node.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What anybody on this host may read, on a loopback address: {@code /metrics} (Prometheus), {@code
 * /healthz} (the process answers) and {@code /readyz} (it is part of its cluster and can write to
 * the registry). It changes nothing.
 */
public final class AdminServer implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 4096;
  private static final int IDLE_SECONDS = 30;
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private final EventLoopGroup loop;
  private final Channel listener;

  /**
   * Starts to listen.
   *
   * @param port on the loopback address, 0 for any free one
   * @param notReady why the agent is not ready, empty when it is
   * @throws ApiException of kind REFUSED when the port is taken
   */
  public AdminServer(
      int port, PrometheusMeterRegistry metrics, Supplier<Optional<String>> notReady) {
    loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("weft-admin", true), NioIoHandler.newFactory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                        .addLast(new Handler(metrics, notReady));
                  }
                });
    var bound =
        bootstrap
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      throw new ApiException(
          ErrorKind.REFUSED,
          "the admin port " + port + " on the loopback address is taken: free it or set another",
          bound.cause());
    }
    listener = bound.channel();
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  // A write that fails closes the connection, and a closed one needs no more care.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final PrometheusMeterRegistry metrics;
    private final Supplier<Optional<String>> notReady;

    Handler(PrometheusMeterRegistry metrics, Supplier<Optional<String>> notReady) {
      this.metrics = metrics;
      this.notReady = notReady;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      if (!request.decoderResult().isSuccess()) {
        send(ctx, HttpResponseStatus.BAD_REQUEST, "not a request\n");
      } else if (!READING.contains(request.method())) {
        send(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "this port is for reading only\n");
      } else {
        get(ctx, new QueryStringDecoder(request.uri()).path());
      }
    }

    private void get(ChannelHandlerContext ctx, String path) {
      switch (path) {
        case "/healthz" -> send(ctx, HttpResponseStatus.OK, "ok\n");
        case "/readyz" -> {
          Optional<String> why = notReady.get();
          if (why.isEmpty()) {
            send(ctx, HttpResponseStatus.OK, "ready\n");
          } else {
            send(ctx, HttpResponseStatus.SERVICE_UNAVAILABLE, why.get() + "\n");
          }
        }
        case "/metrics" -> send(ctx, HttpResponseStatus.OK, metrics.scrape());
        default ->
            send(ctx, HttpResponseStatus.NOT_FOUND, "here are /healthz, /readyz and /metrics\n");
      }
    }

    private static void send(ChannelHandlerContext ctx, HttpResponseStatus status, String text) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
          .set(HttpHeaderNames.CONNECTION, "close")
          .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
      if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
        response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
      }
      ctx.writeAndFlush(response, ctx.newPromise().addListener(ChannelFutureListener.CLOSE));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
