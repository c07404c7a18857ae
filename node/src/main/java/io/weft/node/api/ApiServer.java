package io.weft.node.api;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The API on a Unix socket: HTTP/1.1 and JSON, paths under {@code /v1/}, errors as {@code
 * {"error":{"kind","message"}}}. The socket has mode 0660 and belongs to the group {@code weft}
 * where there is one.
 */
public final class ApiServer implements AutoCloseable {
  /** The largest request body. */
  public static final int MAX_BODY_BYTES = 1 << 20;

  /** How many callers are served at once; more are hung up on. */
  public static final int MAX_CONNECTIONS = 256;

  /** How much may wait for a caller that does not read. */
  public static final int MAX_UNSENT_BYTES = 4 << 20;

  private static final int IDLE_SECONDS = 60;

  private final Path socket;
  private final EventLoopGroup loop;
  private final ExecutorService workers;
  private final ChannelGroup connections =
      new DefaultChannelGroup("weft-api", GlobalEventExecutor.INSTANCE);
  private final Channel listener;

  private ApiServer(Path socket, AgentService service) throws IOException {
    this.socket = socket;
    this.workers = Executors.newVirtualThreadPerTaskExecutor();
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("weft-api", true), NioIoHandler.newFactory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerDomainSocketChannel.class)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(MAX_UNSENT_BYTES / 2, MAX_UNSENT_BYTES))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, service);
                  }
                });
    try {
      listener = bootstrap.bind(UnixDomainSocketAddress.of(socket)).syncUninterruptibly().channel();
    } catch (RuntimeException | Error e) {
      shutDownThreads();
      throw e;
    }
  }

  /**
   * Starts to listen.
   *
   * @throws ApiException when a living agent has the socket (REFUSED) or it cannot be made
   *     (NOT_PERMITTED)
   */
  public static ApiServer start(Path socket, AgentService service) {
    SocketFile.claim(socket);
    try {
      ApiServer server = new ApiServer(socket, service);
      try {
        SocketFile.restrict(socket);
        return server;
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (Exception e) {
      // Netty throws what bind() met without declaring it.
      throw new ApiException(
          ErrorKind.NOT_PERMITTED, "cannot listen on " + socket + ": " + e.getMessage(), e);
    }
  }

  // A write that fails closes the connection, and a closed one needs no more care.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void accept(Channel channel, AgentService service) {
    if (connections.size() >= MAX_CONNECTIONS) {
      channel.close();
      return;
    }
    connections.add(channel);
    channel
        .pipeline()
        .addLast(new IdleStateHandler(IDLE_SECONDS, 0, 0))
        .addLast(new HttpServerCodec())
        .addLast(new BoundedBody(MAX_BODY_BYTES))
        .addLast(new ApiHandler(service, workers));
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** Stops to listen, hangs up on all callers and removes the socket file. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    shutDownThreads();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // The next agent finds a stale file and replaces it.
      org.slf4j.LoggerFactory.getLogger(ApiServer.class).debug("socket file left behind", e);
    }
  }

  private void shutDownThreads() {
    workers.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
