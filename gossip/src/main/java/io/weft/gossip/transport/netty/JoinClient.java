package io.weft.gossip.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One question to a member by somebody who has no certificate yet. Blocks; for the command line.
 * The TLS context pins the cluster's CA, so nothing is sent before the other end has proven to be
 * of that cluster.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what becomes of a write comes as an event of the channel
public final class JoinClient {
  private JoinClient() {}

  /**
   * Connects, sends one message of {@link Channel#JOIN}, and waits for one answer.
   *
   * @param tls from {@code TlsContexts.joiner}
   * @param request at most {@link Transport#MAX_ANONYMOUS_MESSAGE_BYTES} bytes
   * @throws NotReachedException with one line, when nothing listens there or no answer comes in
   *     time
   * @throws CutOffException with one line, when the link was lost before the answer came; the
   *     member may have done what was asked, so ask again what may be asked twice
   * @throws IOException with one line that says what else went wrong: not the pinned cluster
   */
  public static byte[] ask(PeerAddress member, SslContext tls, byte[] request, long timeoutMillis)
      throws IOException {
    if (request.length > Transport.MAX_ANONYMOUS_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a join request of "
              + request.length
              + " bytes; at most "
              + Transport.MAX_ANONYMOUS_MESSAGE_BYTES);
    }
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    try {
      connect(loops, member, tls, request, timeoutMillis, answer);
      return answer.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new NotReachedException(
          "no answer from " + member + " within " + timeoutMillis / 1_000 + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NotReachedException notReached) {
        throw notReached;
      }
      String line = "cannot join through " + member + ": " + LinkHandler.words(e);
      throw e.getCause() instanceof CutOffException
          ? new CutOffException(line, e)
          : new IOException(line, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while joining through " + member, e);
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static void connect(
      EventLoopGroup loops,
      PeerAddress member,
      SslContext tls,
      byte[] request,
      long timeoutMillis,
      CompletableFuture<byte[]> answer) {
    LinkHandler handler = new LinkHandler(new Asker(request, answer), true, null);
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(timeoutMillis, Integer.MAX_VALUE))
        .handler(
            new ChannelInitializer<NioSocketChannel>() {
              @Override
              protected void initChannel(NioSocketChannel channel) {
                NettyTransport.pipeline(channel, tls.newHandler(channel.alloc()), handler);
              }
            })
        .connect(member.socketAddress())
        .addListener(
            (ChannelFuture f) -> {
              if (!f.isSuccess()) {
                // Netty's own words name the address once more.
                String why =
                    f.cause() instanceof ConnectTimeoutException
                        ? "connection timed out"
                        : LinkHandler.words(f.cause()).toLowerCase(Locale.ROOT);
                answer.completeExceptionally(
                    new NotReachedException(
                        "nothing answers at " + member + " (" + why + ")", f.cause()));
              }
            });
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Asker(byte[] request, CompletableFuture<byte[]> answer)
      implements LinkHandler.Owner {
    @Override
    public void ready(LinkHandler link, @Nullable NodeId peer) {
      ChannelHandlerContext ctx = link.context();
      if (ctx != null) {
        ctx.writeAndFlush(LinkFrames.frame(ctx.alloc(), Channel.JOIN, request));
      }
    }

    @Override
    public void message(LinkHandler link, Channel channel, byte[] payload) {
      if (channel == Channel.JOIN) {
        answer.complete(payload);
        link.end("answered");
      }
    }

    @Override
    public void ended(LinkHandler link, boolean wasReady, String cause) {
      answer.completeExceptionally(
          link.lost() ? new CutOffException(cause, null) : new IOException(cause));
    }
  }
}
