package io.weft.node.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.weft.node.api.view.ErrorView;
import org.jspecify.annotations.Nullable;

/** Gathers a request's body, and says so when it is too large. */
final class BoundedBody extends HttpObjectAggregator {
  private final int maxBytes;

  BoundedBody(int maxBytes) {
    super(maxBytes);
    this.maxBytes = maxBytes;
  }

  // A write that fails closes the connection, and a closed one needs no more care.
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    ctx.writeAndFlush(tooLarge(), ctx.newPromise().addListener(ChannelFutureListener.CLOSE));
  }

  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object usual = super.newContinueResponse(start, maxContentLength, pipeline);
    boolean refused =
        usual instanceof FullHttpResponse response
            && response.status().equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    return refused ? tooLarge() : usual;
  }

  private FullHttpResponse tooLarge() {
    byte[] json =
        Json.bytes(
            new ErrorView(
                new ErrorView.Detail(
                    ErrorKind.USAGE.name(),
                    "the request's body has more than %d bytes".formatted(maxBytes))));
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
            Unpooled.wrappedBuffer(json));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, json.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return response;
  }
}
