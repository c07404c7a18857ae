package io.weft.gossip.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.security.identity.NodeId;
import io.weft.security.tls.PeerIdentity;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link: waits for the handshake, checks who is there, exchanges hellos, then cuts the
 * stream into messages. Lives on its channel's event loop. Everything from a peer without a
 * certificate but short messages of {@link Channel#JOIN} ends the link.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what becomes of a write or a close comes as an event of the
// channel
final class LinkHandler extends ByteToMessageDecoder {

  /** What becomes of a link; called on its event loop. */
  interface Owner {
    /** Handshake and hello are done; null for a peer without a certificate. */
    void ready(LinkHandler link, @Nullable NodeId peer);

    void message(LinkHandler link, Channel channel, byte[] payload);

    /** The end; {@code wasReady} tells whether {@link #ready} was called before. */
    void ended(LinkHandler link, boolean wasReady, String cause);
  }

  private final Owner owner;
  private final boolean dialled;
  private final @Nullable NodeId expected;
  private @Nullable NodeId peer;
  private boolean authenticated;
  private boolean ready;
  private boolean ended;
  private String cause = "the peer closed the link";
  private boolean lost = true;
  private @Nullable ChannelHandlerContext context;

  LinkHandler(Owner owner, boolean dialled, @Nullable NodeId expected) {
    this.owner = owner;
    this.dialled = dialled;
    this.expected = expected;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  boolean anonymous() {
    return peer == null;
  }

  @Nullable ChannelHandlerContext context() {
    return context;
  }

  /** Whether it ended as links do when a peer or the way to it fails: another may last. */
  boolean lost() {
    return lost;
  }

  /** Ends the link with this cause, after what was written before. */
  void end(String why) {
    lost = false;
    close(why);
  }

  private void close(String why) {
    ChannelHandlerContext ctx = context;
    if (!ended && ctx != null) {
      cause = why;
      ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent done) {
      if (done.isSuccess()) {
        authenticate(ctx);
      } else {
        switch (done.cause()) {
          case ClosedChannelException e -> {
            // The peer closed it: the channel's end comes by itself.
          }
          case SslHandshakeTimeoutException e -> close("the TLS handshake took too long");
          default -> end("the TLS handshake failed: " + words(done.cause()));
        }
      }
    } else if (event instanceof IdleStateEvent idle) {
      if (idle.state() == IdleState.READER_IDLE) {
        close("no sign of life from the peer");
      } else if (ready) {
        ctx.writeAndFlush(LinkFrames.keepalive(ctx.alloc()));
      }
    }
    super.userEventTriggered(ctx, event);
  }

  private void authenticate(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    SSLSession session = tls.engine().getSession();
    Optional<NodeId> id = PeerIdentity.of(session);
    peer = id.orElse(null);
    if (dialled && peer == null) {
      end("the peer showed no certificate");
    } else if (expected != null && !expected.equals(peer)) {
      end(
          "another node answers there: "
              + (peer == null ? "one without a certificate" : peer.shortForm()));
    } else {
      authenticated = true;
      ctx.writeAndFlush(LinkFrames.hello(ctx.alloc()));
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!authenticated || ended) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!ready) {
      if (in.readableBytes() < LinkFrames.HELLO_BYTES) {
        return;
      }
      String error = LinkFrames.helloError(in);
      if (error != null) {
        in.skipBytes(in.readableBytes());
        end(error);
        return;
      }
      ready = true;
      owner.ready(this, peer);
    }
    frame(in);
  }

  private void frame(ByteBuf in) {
    if (in.readableBytes() < LinkFrames.LENGTH_BYTES) {
      return;
    }
    int length = in.getInt(in.readerIndex());
    int most =
        1 + (peer == null ? Transport.MAX_ANONYMOUS_MESSAGE_BYTES : Transport.MAX_MESSAGE_BYTES);
    if (length < 1 || length > most) {
      in.skipBytes(in.readableBytes());
      end(
          "a frame of "
              + Integer.toUnsignedString(length)
              + " bytes; 1 to "
              + most
              + " are allowed");
      return;
    }
    if (in.readableBytes() < LinkFrames.LENGTH_BYTES + length) {
      return;
    }
    in.skipBytes(LinkFrames.LENGTH_BYTES);
    int code = in.readUnsignedByte();
    byte[] payload = new byte[length - 1];
    in.readBytes(payload);
    Channel channel = Channel.ofCode(code);
    if (channel == null) {
      return; // a sign of life, or a channel of a newer peer
    }
    if (peer == null && channel != Channel.JOIN) {
      end("a peer without a certificate may only join");
      return;
    }
    owner.message(this, channel, payload);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
    if (error instanceof IOException && !(error instanceof SSLException)) {
      close(words(error));
    } else {
      end(words(error));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    if (!ended) {
      ended = true;
      owner.ended(this, ready, cause);
    }
  }

  static String words(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
